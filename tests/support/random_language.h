// Random policies of the whole language, as text: parser, checks and plan are exercised with the decision.
#ifndef LOADLINE_TESTS_SUPPORT_RANDOM_LANGUAGE_H_
#define LOADLINE_TESTS_SUPPORT_RANDOM_LANGUAGE_H_

#include <string>
#include <vector>

#include "support/random_world.h"

namespace loadline::testing {

struct LanguageOptions {
  // Of queries: two policies of one prefix share readings. "qa" makes qa0, qa1, ...
  std::string queries = "q";
  // What a signal may depend on, in YAML: "object: o1, policy: p1". Empty: somebody who is not there.
  std::vector<std::string> targets = {"object: other"};
  bool listed_order = false;  // `combine: priority` by the order in which the signals are listed, too
  bool only_max = false;  // `combine: max`; and rules by the clock only, as those by readings may lower what max says
  bool only_rising = false;  // nothing asks for less where a reading is higher
  bool objectives = false;   // one in ten asks for an outcome, where it may
  bool looks_back = true;    // stabilize and every, which go by what was asked for before
};

// Every law, role, combination, rule, shape and limit may be in it. Times are whole ticks of 15 s or not. Numbers are
// such that sums and quotients of demands are exact (random_world.h), but for percentiles, means and smoothing.
RandomSpec MakeAnySpec(Chance& chance, const LanguageOptions& options = {});

// Overrides for whoever decides, some of them in force about `now`, in the order of their names; and the calendar that
// the policies' schedules name, or one that lacks it.
std::vector<Override> MakeOverrides(Chance& chance, Timestamp now);
std::map<std::string, Calendar> MakeCalendars(Chance& chance, Timestamp now);
// For each forecast of the policy: one, in every way that it can be; or none yet.
std::vector<std::optional<SignalForecast>> MakeForecasts(Chance& chance, const Policy& policy, Timestamp now);
// Likewise for each number that is learned.
std::vector<std::shared_ptr<const LearnedNumber>> MakeLearned(Chance& chance, const QueryPlan& plan, Timestamp now);

// What the law of the policy's objective wants at the last ticks, or that it is not fitted; nothing where there is
// none.
void MakeObjective(Chance& chance, World& world);

// A world of such a policy, with readings for as many ticks as its plan asks for, and a time, that nobody chose.
World MakeAnyWorld(Chance& chance, const std::string& spec);

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_SUPPORT_RANDOM_LANGUAGE_H_
