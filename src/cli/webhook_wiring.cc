#include "cli/webhook_wiring.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <random>
#include <utility>

#include "base/text.h"
#include "notify/message_template.h"
#include "notify/signature.h"
#include "system/files.h"

namespace loadline {
namespace {

constexpr std::size_t kLargestFile = 64 * 1024;
// Documents and the journal have no tick to name their messages by: pods that notice the same within such a time name
// it alike.
constexpr Duration kSameMessageWithin = std::chrono::minutes(10);

// From 0 to 1, for several threads.
std::function<double()> MakeRandom() {
  struct Source {
    std::mutex mutex;
    std::mt19937_64 engine{std::random_device{}()};
  };
  return [source = std::make_shared<Source>()] {
    const std::lock_guard lock(source->mutex);
    return std::uniform_real_distribution<double>()(source->engine);
  };
}

std::string DocumentName(const PolicyProblem& problem) {
  if (problem.policy_name.empty()) return problem.file;
  const std::string name =
      problem.policy_namespace.empty() ? problem.policy_name : problem.policy_namespace + "/" + problem.policy_name;
  return fmt::format("{} {} ({})", problem.kind, name, problem.file);
}

void AddDocuments(const std::vector<PolicyProblem>& problems, Timestamp now, std::vector<Situation>& situations) {
  std::map<std::string, Situation> bad;
  std::map<std::string, int> more;
  for (const PolicyProblem& each : problems) {
    if (each.problem.severity != Severity::kError) continue;
    Situation document;
    document.kind = EventKind::kPolicy;
    document.subject = DocumentName(each);
    document.key = "policy " + document.subject;
    document.object_namespace = each.policy_namespace;
    document.policy = each.kind == "ScalingPolicy" ? each.policy_name : "";
    document.value = each.last_good_in_force ? "lastGood" : "refused";
    document.urgency = each.last_good_in_force ? Urgency::kWarning : Urgency::kError;
    document.reason = FormatProblem(each.file, each.problem);
    document.time = now;
    document.since = AlignDown(now, kSameMessageWithin);
    const std::string key = document.key;
    if (!bad.emplace(key, std::move(document)).second) ++more[key];
  }
  for (auto& [key, document] : bad) {
    if (more[key] > 0) document.reason += fmt::format(" (and {} more)", more[key]);
    situations.push_back(std::move(document));
  }
}

Situation SourceSituation(const SourceState& source, Timestamp now) {
  Situation situation;
  situation.kind = EventKind::kSource;
  situation.key = "source " + source.name;
  situation.subject = situation.key;
  situation.value = source.ok ? std::string(kWell) : "failing";
  situation.urgency = source.ok ? Urgency::kInfo : Urgency::kError;
  situation.reason = source.problem;
  situation.time = now;
  // The tick of its last answer, on all pods alike.
  situation.since = source.last_ok == Timestamp() ? AlignDown(now, kSameMessageWithin) : source.last_ok;
  return situation;
}

std::string HostName() {
  char name[256] = "";
  gethostname(name, sizeof(name) - 1);
  return name;
}

Situation JournalSituation(const JournalState& journal, Timestamp now) {
  Situation situation;
  situation.kind = EventKind::kJournal;
  situation.key = "journal " + journal.where;
  // A file is this pod's own, whatever another's is called; of a database all pods see the same.
  if (!journal.where.starts_with("postgresql")) situation.key += " of " + HostName();
  situation.subject = "the journal (" + journal.where + ")";
  situation.value = journal.ok ? std::string(kWell) : "failing";
  situation.urgency = journal.ok ? Urgency::kInfo : Urgency::kWarning;
  situation.reason = journal.problem;
  situation.time = now;
  situation.since = AlignDown(now, kSameMessageWithin);
  return situation;
}

}  // namespace

std::vector<std::string> CheckWebhooks(const ServeOptions& options) {
  std::vector<std::string> problems;
  for (const auto& [name, webhook] : options.webhooks) {
    const std::string path = "webhooks." + name;
    static const RE2 name_pattern("[a-z0-9-]{1,63}");
    if (!RE2::FullMatch(name, name_pattern))
      problems.push_back(fmt::format("{}: a name is 1 to 63 of a-z, 0-9 and -", OneLine(path, 80)));
    if (webhook.url.empty() == webhook.url_file.empty()) {
      problems.push_back(fmt::format("{}: want url or urlFile; found {}", path, webhook.url.empty() ? "none" : "both"));
    } else if (!webhook.url.empty()) {
      if (const auto url = UrlOf(webhook); !url) problems.push_back(path + "." + url.error().message);
    }
    if (const auto parsed = MessageTemplate::Parse(webhook.template_text); !parsed)
      problems.push_back(path + ".template: " + parsed.error().message);
    if (webhook.source.empty()) problems.push_back(path + ".source: is empty; want a name, such as /loadline");
  }
  return problems;
}

std::vector<std::string> CheckWebhookFiles(const ServeOptions& options) {
  std::vector<std::string> problems;
  for (const auto& [name, webhook] : options.webhooks) {
    const std::string path = "webhooks." + name + ".";
    for (const auto& [field, file] :
         {std::pair{"caFile", &webhook.ca_file}, {"bearerTokenFile", &webhook.bearer_token_file}}) {
      if (file->empty()) continue;
      if (const auto read = ReadFile(*file, 1 << 20); !read)
        problems.push_back(path + field + ": " + read.error().message);
    }
    if (!webhook.url_file.empty()) {
      if (const auto url = UrlOf(webhook); !url) problems.push_back(path + url.error().message);
    }
    if (webhook.secret_file.empty()) continue;
    const Result<std::string> text = ReadFile(webhook.secret_file, kLargestFile);
    const auto secrets = text ? ParseSecrets(*text) : Fail(text.error());
    if (!secrets) {
      const std::string where = text ? webhook.secret_file + ": " : "";
      problems.push_back(path + "secretFile: " + where + secrets.error().message);
    }
  }
  return problems;
}

std::unique_ptr<Notifier> MakeWebhooks(const ServeOptions& options, DecisionSink& next, std::stop_token stop,
                                       Clock& clock, Log& log) {
  if (options.webhooks.empty()) return nullptr;
  WebhookSurroundings surroundings{clock, log, std::move(stop), MakeRandom()};
  surroundings.settle = options.tick.delay + options.tick.budget;
  // Two for each binding, and some for documents and sources.
  surroundings.most_keys = 2 * static_cast<std::size_t>(options.bindings.max) + 10'000;
  std::vector<std::unique_ptr<Webhook>> webhooks;
  for (const auto& [name, webhook] : options.webhooks) webhooks.push_back(MakeWebhook(name, webhook, surroundings));
  return MakeNotifier(next, std::move(webhooks));
}

std::optional<Sight> SightOf(const ControllerState& state, const JournalState& journal, Timestamp now) {
  if (!state.policies_read) return std::nullopt;
  Sight sight{now, AlignDown(now, kSameMessageWithin), {}};
  for (const SourceState& source : state.sources) sight.situations.push_back(SourceSituation(source, now));
  AddDocuments(state.problems, now, sight.situations);
  sight.situations.push_back(JournalSituation(journal, now));
  return sight;
}

}  // namespace loadline
