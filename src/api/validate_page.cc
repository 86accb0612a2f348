#include "api/validate_page.h"

#include <fmt/format.h>

#include "api/page_json.h"
#include "scaling/document_check.h"

namespace loadline {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024;
constexpr std::size_t kMostDocuments = 200;
constexpr Duration kMostTime{2000};  // looked at between two documents
constexpr char kPosted[] = "-";      // the name of what is posted, as `loadline validate -` has it

ServerResponse TooMuch(const std::string& what) { return ProblemResponse(413, "Payload Too Large", what); }

PageJson FindingJson(const Problem& problem) {
  return {{"severity", problem.severity == Severity::kError ? "error" : "warning"},
          {"line", problem.at.line},
          {"column", problem.at.column},
          {"field", problem.field},
          {"rule", problem.rule},
          {"found", problem.found},
          {"hint", problem.hint}};
}

ServerResponse Told(const CheckReport& report, int skipped) {
  PageJson body = {{"valid", report.errors == 0},
                   {"valid_policies", report.policies},
                   {"other_documents", report.others},
                   {"skipped_documents", skipped},
                   {"problems", PageJson::array()}};
  for (const FileProblem& each : report.findings) body["problems"].push_back(FindingJson(each.problem));
  return JsonResponse(body);
}

// Whoever posts what holds nothing of Loadline's means something else: that shall not pass for good.
ServerResponse Check(const std::string& text, Clock& clock) {
  if (text.size() > kMostBytes) return TooMuch(fmt::format("want at most {} bytes", kMostBytes));
  const std::vector<DocumentText> documents = SplitDocuments(text);
  if (documents.size() > kMostDocuments) return TooMuch(fmt::format("want at most {} documents", kMostDocuments));
  const Duration begun = clock.Running();
  DocumentCheck check;
  Problems foreign;
  int skipped = 0;
  for (const DocumentText& document : documents) {
    if (clock.Running() - begun > kMostTime) return TooMuch("this takes too long to check: post fewer documents");
    const LoadlineDocument parsed = check.Check(kPosted, document);
    if (parsed.whose == LoadlineDocument::Whose::kLoadlines) continue;
    ++skipped;
    foreign.insert(foreign.end(), parsed.problems.begin(), parsed.problems.end());
  }
  if (documents.empty()) foreign = {{{1, 1}, "", "want a ScalingPolicy", "nothing", "", Severity::kError}};
  if (skipped == static_cast<int>(documents.size())) {
    check.Add(kPosted, std::move(foreign));
    skipped = 0;
  }
  check.Finish(false);
  return Told(check.report(), skipped);
}

}  // namespace

ServerResponse ValidatePage::Answer(const ServerRequest& request) {
  if (request.body.empty())
    return ProblemResponse(400, "Bad Request", "want the text of documents as the request's body; found none");
  if (busy_.exchange(true)) {
    ServerResponse response = ProblemResponse(503, "Service Unavailable", "another text is being checked");
    response.headers = {{"Retry-After", "1"}};
    return response;
  }
  const std::shared_ptr<void> done(nullptr, [this](void*) { busy_ = false; });
  return Check(request.body, clock_);
}

}  // namespace loadline
