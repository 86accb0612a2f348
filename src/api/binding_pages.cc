#include "api/binding_pages.h"

#include "api/binding_selection.h"
#include "api/decision_in_short.h"
#include "api/page_json.h"
#include "scaling/explain.h"

namespace loadline {
namespace {

constexpr std::size_t kUsualBindings = 1000;

PageJson DecisionJson(const Binding& binding, Timestamp now) {
  const BindingKey& key = binding.key();
  PageJson json = BindingJson(key);
  json["last_call"] = TimeOrNull(binding.last_call());
  const auto answer = binding.Latest();
  json["time"] = answer == nullptr ? PageJson() : PageJson(FormatTimestamp(answer->time));
  json["valid_until"] = answer == nullptr ? PageJson() : PageJson(FormatTimestamp(answer->valid_until));
  if (answer != nullptr && answer->policy != nullptr) {
    json["policy_namespace"] = answer->policy->policy_namespace;
    json["policy_hash"] = HashText(answer->policy->hash);
    json.update(PageJson::parse(ExplainAsJson(*answer->policy, answer->decision)));
  }
  // What KEDA would be told now: also when there is no decision, or one that is too old.
  const auto current = CurrentAnswer(binding, now);
  if (!current) {
    json["replicas"] = nullptr;
    json["active"] = nullptr;
    json["confidence"] = nullptr;
    json["doubt"] = "";
    json["error"] = ErrorJson(current.error());
    json["summary"] = current.error().message;
  }
  return json;
}

PageJson ShortJson(const Binding& binding, Timestamp now) {
  PageJson json = BindingJson(binding.key());
  json["last_call"] = TimeOrNull(binding.last_call());
  const auto answer = binding.Latest();
  json["time"] = answer == nullptr ? PageJson() : PageJson(FormatTimestamp(answer->time));
  const bool has_policy = answer != nullptr && answer->policy != nullptr;
  json["policy_namespace"] = has_policy ? PageJson(answer->policy->policy_namespace) : PageJson();
  json["policy_hash"] = has_policy ? PageJson(HashText(answer->policy->hash)) : PageJson();
  const auto current = CurrentAnswer(binding, now);
  json.update(InShort(has_policy ? answer->policy.get() : nullptr, has_policy ? &answer->decision : nullptr,
                      current ? std::nullopt : std::optional<Error>(current.error())));
  if (!current) json["summary"] = current.error().message;
  return json;
}

ServerResponse Page(const AdminSources& sources, const ServerRequest& request, const char* list,
                    PageJson (*row)(const Binding&, Timestamp)) {
  const Result<BindingSelection> selection = SelectBindings(sources.controller, request, kUsualBindings);
  if (!selection) return RefusalOf(selection.error());
  PageJson body = {{"total", selection->bindings.size()}, {list, PageJson::array()}};
  const Timestamp now = sources.controller.clock().Now();
  for (std::size_t i = selection->first; i < selection->End(); ++i)
    body[list].push_back(row(*selection->bindings[i], now));
  const std::string next = selection->Next();
  body["next"] = next.empty() ? PageJson() : PageJson(next);
  return JsonResponse(body);
}

}  // namespace

ServerResponse DecisionsPage(const AdminSources& sources, const ServerRequest& request) {
  return Page(sources, request, "decisions", DecisionJson);
}

ServerResponse BindingsPage(const AdminSources& sources, const ServerRequest& request) {
  return Page(sources, request, "bindings", ShortJson);
}

}  // namespace loadline
