// Everything that Loadline reads from people, by its kind: ScalingPolicy, Budget, Calendar, Override.
#ifndef LOADLINE_SCALING_DOCUMENTS_H_
#define LOADLINE_SCALING_DOCUMENTS_H_

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "document/node.h"
#include "scaling/budget_yaml.h"
#include "scaling/override.h"
#include "scaling/policy.h"
#include "schedule/calendar.h"

namespace loadline {

// Never null.
using DocumentContent = std::variant<std::shared_ptr<const Policy>, std::shared_ptr<const Budget>,
                                     std::shared_ptr<const Calendar>, std::shared_ptr<const Override>>;

struct LoadlineDocument {
  // What the document says it is, as far as that could be read, also of a bad one: whose last good version stays.
  std::string kind = "ScalingPolicy";
  std::string document_namespace;
  std::string name;
  std::optional<DocumentContent> content;  // none where there are errors
  Problems problems;                       // all of them at once, warnings too
  // Of the others `content` is none, and `problems` say what is wanted, for whoever meant them to be Loadline's.
  enum class Whose {
    kLoadlines,  // or what was meant to be
    kOthers,     // a ScaledObject: its apiVersion is not Loadline's, nor nearly so, and its kind is none of Loadline's
    kNobodys,    // a map without apiVersion, kind and spec, such as a chart's values
  };
  Whose whose = Whose::kLoadlines;

  // "data/cdc-worker"; of other kinds than policies "Budget data/workers": names are each kind's own. Empty where the
  // document does not say its name.
  std::string Id() const;
};

// The same of an iCalendar file: a Calendar of that name.
LoadlineDocument ParseICalendarFile(const std::string& name, const std::string& text);

// Reads and checks one document. Who reads many has one `regexes` for all.
LoadlineDocument ParseLoadlineDocument(const DocumentText& document, Regexes& regexes);
LoadlineDocument ParseLoadlineDocument(const DocumentText& document);
// The same of one that was parsed; `document` is the text it was parsed from.
LoadlineDocument ReadLoadlineDocument(ParsedDocument parsed, const DocumentText& document, Regexes& regexes);

}  // namespace loadline

#endif  // LOADLINE_SCALING_DOCUMENTS_H_
