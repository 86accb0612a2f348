#include "api/override_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/override_desk.h"
#include "api/page_json.h"
#include "scaling/neighbours.h"
#include "scaling/override_request.h"

namespace loadline {
namespace {

constexpr std::size_t kMostBytes = 16 * 1024;
constexpr std::size_t kMostMatches = 100;  // that are named

PageJson TextOrNull(const std::string& text) { return text.empty() ? PageJson() : PageJson(text); }

// What was said, and no more: as the audit log has it, too.
PageJson SaidJson(const Override& each) {
  return {{"name", each.name},
          {"namespace", TextOrNull(each.object_namespace)},
          {"object", TextOrNull(each.object)},
          {"policy", TextOrNull(each.policy)},
          {"all", each.all || (each.object.empty() && each.policy.empty())},
          {"kind", KindWord(each.kind)},
          {"replicas", each.kind == Override::Kind::kHold ? PageJson() : PageJson(each.replicas)},
          {"from", each.from ? PageJson(FormatTimestamp(*each.from)) : PageJson()},
          {"until", FormatTimestamp(each.until)},
          {"reason", each.reason},
          {"author", TextOrNull(each.author)}};
}
PageJson SaidJson(const std::optional<Override>& each) { return each ? SaidJson(*each) : PageJson(); }

PageJson StandingJson(const StandingOverride& standing, const AdminSources& sources) {
  const Override& each = standing.content;
  PageJson json = SaidJson(each);
  json["state"] = each.InForce(sources.overrides->clock().Now()) ? "in_force" : "to_come";
  json["set_over"] = !standing.over_api ? PageJson() : PageJson(*standing.over_api ? "api" : "document");
  json["taken_up"] = standing.taken_up;
  std::vector<std::string> matches;
  for (const auto& binding : sources.controller.Bindings()) {
    const BindingKey& key = binding->key();
    if (!each.IsFor(key.object_namespace, key.object_name, key.policy())) continue;
    matches.push_back(fmt::format("{} ({})", key.Id(), key.policy()));
  }
  std::ranges::sort(matches);
  json["bindings"] = matches.size();
  matches.resize(std::min(matches.size(), kMostMatches));
  json["matches"] = matches;
  return json;
}

// What is allowed, and may not be what was meant.
PageJson WarningsOf(const Override& each, const PageJson& standing, const AdminSources& sources) {
  PageJson warnings = PageJson::array();
  if (standing["bindings"] == 0) warnings.push_back("it matches no binding that there is now");
  if (const auto problem = WarnOfHold(each, sources.policies.Set()->policies, {}))
    warnings.push_back(fmt::format("{}: {}", problem->rule, problem->hint));
  return warnings;
}

ServerResponse Bad(const Problems& problems) {
  std::string detail;
  PageJson list = PageJson::array();
  for (const Problem& each : problems) {
    detail += (detail.empty() ? "" : "; ") + Describe(each);
    list.push_back({{"field", each.field}, {"rule", each.rule}, {"found", each.found}, {"hint", each.hint}});
  }
  ServerResponse response = ProblemResponse(400, "Bad Request", detail);
  PageJson body = PageJson::parse(response.body);
  body["problems"] = std::move(list);
  response.body = body.dump(2, ' ', false, PageJson::error_handler_t::replace) + "\n";
  return response;
}

ServerResponse Refused(const Error& error) {
  if (error.code == Code::kAlreadyExists) return ProblemResponse(409, "Conflict", error.message);
  return RefusalOf(error);
}

ServerResponse NoDesk() { return ProblemResponse(503, "Service Unavailable", "overrides can be kept nowhere"); }

std::string ChangeJson(const char* action, const std::string& name, PageJson before, PageJson after) {
  const PageJson json = {{"action", action}, {"override", name}, {"old", std::move(before)}, {"new", std::move(after)}};
  return json.dump(-1, ' ', false, PageJson::error_handler_t::replace);
}

}  // namespace

ServerResponse OverridesPage(const AdminSources& sources) {
  if (sources.overrides == nullptr) return NoDesk();
  const StandingOverrides standing = sources.overrides->Standing();
  PageJson body = {{"total", standing.overrides.size()},
                   {"kept_in", TextOrNull(sources.overrides->Where())},
                   {"problem", TextOrNull(standing.problem)},
                   {"overrides", PageJson::array()}};
  for (const StandingOverride& each : standing.overrides) body["overrides"].push_back(StandingJson(each, sources));
  return JsonResponse(body);
}

ServerResponse SetOverridePage(const AdminSources& sources, const ServerRequest& request) {
  if (sources.overrides == nullptr) return NoDesk();
  if (request.body.size() > kMostBytes)
    return ProblemResponse(413, "Payload Too Large", fmt::format("want at most {} bytes", kMostBytes));
  OverrideDesk& desk = *sources.overrides;
  const RequestedOverride asked = ReadOverrideRequest(request.body, request.caller, desk.clock().Now());
  if (!asked.content) return Bad(asked.problems);
  const Result<OverrideChange> set = desk.Set(*asked.content);
  if (!set) return Refused(set.error());
  PageJson body = StandingJson({set->now, true, false}, sources);
  body["kept_in"] = desk.Where();
  body["replaced"] = SaidJson(set->before);
  body["warnings"] = WarningsOf(set->now, body, sources);
  ServerResponse response = JsonResponse(body, set->before ? 200 : 201);
  response.change = ChangeJson("set", set->now.name, SaidJson(set->before), SaidJson(set->now));
  return response;
}

ServerResponse RemoveOverridePage(const AdminSources& sources, const ServerRequest& request) {
  if (sources.overrides == nullptr) return NoDesk();
  const std::string name = LastPart(request);
  const Result<Override> removed = sources.overrides->Remove(name);
  if (!removed) return Refused(removed.error());
  ServerResponse response = JsonResponse({{"removed", SaidJson(*removed)}, {"kept_in", sources.overrides->Where()}});
  response.change = ChangeJson("remove", name, SaidJson(*removed), PageJson());
  return response;
}

}  // namespace loadline
