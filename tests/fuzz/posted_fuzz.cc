// What is posted to the pages that take something: an override, a replay, a query of a page. It is refused with words,
// or what comes of it can be written and read again.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "api/replay_request.h"
#include "api/request_fields.h"
#include "fuzz/require.h"
#include "scaling/documents.h"
#include "scaling/override_request.h"
#include "system/http_target.h"

namespace {

using namespace loadline;
using fuzz::Require;

constexpr Timestamp kNow{std::chrono::hours(24) * 20'000};

void AnOverride(const std::string& body) {
  const RequestedOverride asked = ReadOverrideRequest(body, "ops", kNow);
  if (!asked.content) {
    Require(HasErrors(asked.problems));
    for (const Problem& problem : asked.problems) Require(!problem.rule.empty());
    return;
  }
  Require(asked.content->until > kNow);
  Require(asked.content->replicas >= 0);
  Require(asked.content->author.starts_with("ops"));
  // It is kept as a document.
  const std::string text = OverrideText(*asked.content);
  const std::vector<DocumentText> documents = SplitDocuments(text);
  Require(documents.size() == 1);
  const LoadlineDocument read = ParseLoadlineDocument(documents.front());
  Require(read.content.has_value());
  const auto* again = std::get_if<std::shared_ptr<const Override>>(&*read.content);
  Require(again != nullptr && OverrideText(**again) == text);
}

void AReplay(const std::string& body) {
  const Result<ReplayRequest> asked = ParseReplayRequest(body);
  if (!asked) {
    Require(!asked.error().message.empty());
    Require(!InWordsOfRequest(asked.error().message).empty());
    return;
  }
  const ReplayInput& input = asked->replay.input;
  Require(!input.texts.empty() && input.texts.size() <= 4 && input.interval >= std::chrono::seconds(1));
}

void AQuery(const std::string& target) {
  ServerRequest request;
  request.query = ParseTarget(target).query;
  const Status known = CheckFields(request, {"namespace", "name", "limit", "from"});
  if (!known) fuzz::RequireOneLine(known.error().message, 300);
  const Result<std::size_t> limit = LimitField(request, 7, 100);
  Require(!limit || (*limit > 0 && *limit <= 100));
  const Result<Timestamp> from = TimeField(request, "from", kNow);
  Require(from || !from.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t what = input.Byte();
  const std::string text(input.Rest());
  if (what % 3 == 0) AnOverride(text);
  if (what % 3 == 1) AReplay(text);
  if (what % 3 == 2) AQuery(text);
  return 0;
}
