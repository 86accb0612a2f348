// How the demands become one number, as the value of a field. How it is read: combine_yaml.cc.
#ifndef LOADLINE_SCALING_COMBINE_FIELDS_H_
#define LOADLINE_SCALING_COMBINE_FIELDS_H_

#include <string>

#include "document/fields.h"
#include "scaling/combine.h"

namespace loadline {

void ReadValue(const Node& node, const Field& field, const std::string& path, Problems& problems, Combine& value);
inline std::string TypeName(const Combine*) {
  return "max, min, sum, mean, median, weighted, priority, { priority: [...] }, { score: { target } }, or an "
         "expression";
}
std::string SchemaMembers(const Combine*);

}  // namespace loadline

#endif  // LOADLINE_SCALING_COMBINE_FIELDS_H_
