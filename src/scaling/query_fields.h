// Queries as values of fields: PromQL, or a number in its place. How they are read: query_yaml.cc.
#ifndef LOADLINE_SCALING_QUERY_FIELDS_H_
#define LOADLINE_SCALING_QUERY_FIELDS_H_

#include <string>
#include <variant>

#include "document/fields.h"
#include "scaling/query_template.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, QueryTemplate& value);
void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems,
               std::variant<double, QueryTemplate>& value);
inline std::string TypeName(const QueryTemplate*) { return "PromQL"; }
inline std::string TypeName(const std::variant<double, QueryTemplate>*) { return "number or PromQL"; }
std::string SchemaMembers(const QueryTemplate*);
std::string SchemaMembers(const std::variant<double, QueryTemplate>*);

}  // namespace loadline

#endif  // LOADLINE_SCALING_QUERY_FIELDS_H_
