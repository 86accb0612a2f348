#include "api/replay_pages.h"

#include "api/page_json.h"
#include "api/replay_request.h"
#include "api/request_fields.h"

namespace loadline {
namespace {

PageJson JobJson(const ReplayJob& job) {
  return {{"id", job.id},
          {"object", job.object},
          {"caller", job.caller},
          {"posted", FormatTimestamp(job.posted)},
          {"state", ReplayStateName(job.state)},
          {"doing", job.what},
          {"done", job.done},
          {"of", job.of},
          {"error", ErrorJson(job.error)}};
}

Error NoSuch(const std::string& id) { return {Code::kNotFound, "this pod has no replay " + id}; }

ServerResponse Disabled() {
  return ProblemResponse(503, "Service Unavailable", "there is no journal, and no source to ask");
}

}  // namespace

ServerResponse PostReplay(const AdminSources& sources, const ServerRequest& request) {
  Result<ReplayRequest> asked = ParseReplayRequest(request.body);
  if (!asked) return RefusalOf(asked.error());
  ReplayInput& input = asked->replay.input;
  const std::string object_namespace = input.object.substr(0, input.object.find('/'));
  if (sources.replays == nullptr || (asked->of_journal ? sources.history == nullptr : !sources.history_sources))
    return Disabled();
  if (asked->of_journal) {
    input.heartbeat = sources.heartbeat;
    // It outlives the jobs, and is nobody's to delete.
    input.open_journal = [journal = sources.history]() -> Result<std::shared_ptr<DecisionJournal>> {
      return std::shared_ptr<DecisionJournal>(std::shared_ptr<void>(), journal);
    };
  } else {
    input.sources = sources.history_sources(object_namespace);
  }
  input.calendars = sources.policies.Set()->calendars;
  const Result<std::string> id = sources.replays->Post(std::move(asked->replay), request.caller);
  if (!id) {
    ServerResponse response = ProblemResponse(429, "Too Many Requests", id.error().message);
    response.headers = {{"Retry-After", "10"}};
    return response;
  }
  const auto job = sources.replays->Find(*id);
  if (!job) return RefusalOf(NoSuch(*id));  // somebody was quick to remove it
  ServerResponse response = JsonResponse(JobJson(*job), 202);
  response.headers = {{"Location", "/api/v1/replays/" + *id}};
  return response;
}

ServerResponse ReplaysPage(const AdminSources& sources) {
  PageJson body = {{"replays", PageJson::array()}};
  if (sources.replays != nullptr) {
    for (const ReplayJob& each : sources.replays->All()) body["replays"].push_back(JobJson(each));
  }
  return JsonResponse(body);
}

ServerResponse ReplayPage(const AdminSources& sources, const ServerRequest& request) {
  const std::string id = LastPart(request);
  const std::string as = FieldText(request, "as");
  if (!as.empty() && as != "json" && as != "text" && as != "page")
    return RefusalOf({Code::kInvalidArgument, "as: want json, text or page"});
  const auto job = sources.replays == nullptr ? std::nullopt : sources.replays->Find(id);
  if (!job) return RefusalOf(NoSuch(id));
  if (as == "page" || as == "text") {
    const auto& content = as == "page" ? job->page : job->text;
    if (content == nullptr)
      return RefusalOf(
          {Code::kNotFound, "the replay has no " + as + ": it is " + std::string(ReplayStateName(job->state))});
    return {200, as == "page" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8", *content};
  }
  PageJson body = JobJson(*job);
  body["result"] = job->result == nullptr ? PageJson() : PageJson::parse(*job->result);
  return JsonResponse(body);
}

ServerResponse RemoveReplay(const AdminSources& sources, const ServerRequest& request) {
  const std::string id = LastPart(request);
  if (sources.replays == nullptr || !sources.replays->Remove(id)) return RefusalOf(NoSuch(id));
  return JsonResponse({{"removed", id}});
}

}  // namespace loadline
