// Documents that are kept in a namespace: whose they are, and whom they may be for.
#ifndef LOADLINE_KUBERNETES_HOMED_DOCUMENT_H_
#define LOADLINE_KUBERNETES_HOMED_DOCUMENT_H_

#include <string>

#include "scaling/documents.h"

namespace loadline {

// What of a ConfigMap's documents may be for others than its namespace.
enum class Sharing { kNothing, kOverrides, kAll };

// A document of a ConfigMap of the namespace `home`. It belongs to `home`, also where it names no namespace. Only what
// is of `sharing` may be for others, as a document in a folder may: name another namespace, be an Override for all, a
// Calendar, or a policy with allowedNamespaces. Else that is an error: whoever may write ConfigMaps in one namespace
// decides nothing in others, nor can be in the way of their documents of the same name.
LoadlineDocument ReadHomedDocument(const DocumentText& document, const std::string& home, Sharing sharing,
                                   Regexes& regexes);

// The same of an iCalendar file, which is a Calendar for all.
LoadlineDocument ReadHomedCalendar(const std::string& name, const std::string& text, const std::string& home,
                                   Sharing sharing);

}  // namespace loadline

#endif  // LOADLINE_KUBERNETES_HOMED_DOCUMENT_H_
