// Documents of ConfigMaps, which anybody who may write ConfigMaps in a namespace has written: where nothing is shared,
// they are of that namespace alone, whatever they say.
//
// The first byte says what may be shared; the rest is the text.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/require.h"
#include "kubernetes/homed_document.h"

namespace {

using namespace loadline;
using fuzz::Require;

const std::string kHome = "team";

void RequireHome(const LoadlineDocument& document) {
  if (const auto* policy = std::get_if<std::shared_ptr<const Policy>>(&*document.content)) {
    Require((*policy)->policy_namespace == kHome && (*policy)->allowed_namespaces.empty());
  }
  if (const auto* budget = std::get_if<std::shared_ptr<const Budget>>(&*document.content))
    Require((*budget)->budget_namespace == kHome);
  if (const auto* each = std::get_if<std::shared_ptr<const Override>>(&*document.content))
    Require((*each)->object_namespace == kHome);
  Require(!std::holds_alternative<std::shared_ptr<const Calendar>>(*document.content));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  constexpr Sharing kSharing[] = {Sharing::kNothing, Sharing::kNothing, Sharing::kOverrides, Sharing::kAll};
  const Sharing sharing = kSharing[input.Byte() % 4];
  const std::string text(input.Rest());
  Regexes regexes;
  for (const DocumentText& each : SplitDocuments(text)) {
    const LoadlineDocument read = ReadHomedDocument(each, kHome, sharing, regexes);
    Require(read.content || !read.problems.empty());
    if (sharing == Sharing::kNothing) Require(read.document_namespace == kHome || read.kind == "Calendar");
    if (sharing == Sharing::kNothing && read.content) RequireHome(read);
    for (const Problem& problem : read.problems) Require(!FormatProblem("x", problem).empty());
  }
  return 0;
}
