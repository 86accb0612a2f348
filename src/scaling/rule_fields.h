// The fields of a rule and of its conditions.
#ifndef LOADLINE_SCALING_RULE_FIELDS_H_
#define LOADLINE_SCALING_RULE_FIELDS_H_

#include <string>
#include <string_view>

#include "document/fields.h"
#include "scaling/envelope.h"
#include "scaling/rule.h"
#include "scaling/shaping_fields.h"
#include "scaling/week_fields.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Conditions& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Negation& value);
inline std::string TypeName(const Conditions*) { return "list of conditions"; }
inline std::string TypeName(const Negation*) { return "condition"; }
std::string SchemaMembers(const Conditions*);
std::string SchemaMembers(const Negation*);

// Conditions are within conditions: a JSON Schema refers to them by this name (document/field_schema.h).
inline std::string_view SchemaName(const Condition*) { return "Condition"; }

template <class Visitor>
void DescribeFields(Visitor& visit, Condition& condition) {
  visit({.name = "all",
         .help = "All of these hold.",
         .example = "[ { signal: lag, above: 900 }, { signal: cpu, below: 0.5 } ]"},
        condition.all);
  visit({.name = "any",
         .help = "One of these holds.",
         .example = "[ { signal: lag, above: 900 }, { signal: cpu, above: 0.9 } ]"},
        condition.any);
  visit({.name = "not",
         .help = "This does not hold. Where it cannot be known for want of data, neither it nor its opposite holds.",
         .example = "{ clock: { days: SAT-SUN } }"},
        condition.negation);
  visit({.name = "clock",
         .help = "It is within these hours.",
         .example = "{ from: \"09:00\", to: \"18:00\", days: MON-FRI }"},
        condition.clock);
  visit({.name = "signal", .help = "The value of this signal, or of the policy's score.", .example = "lag"},
        condition.signal);
  visit({.name = "above", .help = "It is above.", .unit = "the signal's", .example = "900"}, condition.above);
  visit({.name = "below", .help = "It is below.", .unit = "the signal's", .example = "100"}, condition.below);
  visit({.name = "changesBy",
         .help = "It rises by at least so much within over; of a negative share: it falls.",
         .example = "20%"},
        condition.changes_by);
  visit({.name = "over",
         .help = "Of changesBy: the time within which.",
         .unit = "duration",
         .example = "5m",
         .above = 0,
         .at_most = 24 * 3600},
        condition.over);
  visit({.name = "for",
         .help = "At every tick of so long; a tick without data is none at which it holds.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        condition.hold);
}

template <class Visitor>
void DescribeFields(Visitor& visit, Rule& rule) {
  visit({.name = "name",
         .help = "How reasons name the rule.",
         .example = "burst",
         .required = true,
         .pattern = kNamePattern,
         .pattern_help = kNameHelp},
        rule.name);
  visit({.name = "when", .help = "When it fires.", .example = "{ signal: lag, above: 900, for: 5m }", .required = true},
        rule.when);
  auto action = [&](std::string_view name, std::string_view help, std::optional<double>& replicas) {
    visit({.name = name, .help = help, .unit = "replicas", .example = "2", .at_least = 0, .at_most = 100'000},
          replicas);
  };
  action("add", "At least so many more than are observed.", rule.add);
  action("remove", "At most so many fewer than are observed.", rule.remove);
  action("set", "Exactly so many.", rule.set);
  action("atLeast", "At least so many.", rule.at_least);
  action("atMost", "At most so many.", rule.at_most);
  visit({.name = "cooldown",
         .help = "Fires not while the observed count has changed in its direction so recently.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 24 * 3600},
        rule.cooldown);
  visit({.name = "enabled", .help = "false switches the rule off.", .example = "false"}, rule.enabled);
}

}  // namespace loadline

#endif  // LOADLINE_SCALING_RULE_FIELDS_H_
