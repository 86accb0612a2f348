// What is read of one document of a kind: its name, its content, and what is wrong with it.
#ifndef LOADLINE_SCALING_DOCUMENT_OF_H_
#define LOADLINE_SCALING_DOCUMENT_OF_H_

#include <optional>
#include <string>

#include "document/problem.h"

namespace loadline {

template <class Content>
struct DocumentOf {
  // What the document says it is, as far as that could be read, also of a bad one: whose last good version stays.
  std::string document_namespace;
  std::string name;
  std::optional<Content> content;  // none where there are errors
  Problems problems;               // all of them at once, warnings too, in the order of the text
};

}  // namespace loadline

#endif  // LOADLINE_SCALING_DOCUMENT_OF_H_
