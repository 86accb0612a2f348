#include "api/hpa_pages.h"

#include <algorithm>
#include <limits>
#include <set>

#include "api/hpa_json.h"
#include "api/request_fields.h"
#include "base/text.h"
#include "controller/journal_feed.h"

namespace loadline {
namespace {

constexpr std::size_t kUsual = 100;
constexpr std::size_t kMost = 1000;

// Which bindings a request is about.
Result<HpaLog::IsMeant> MeantBy(const ServerRequest& request) {
  const std::string object = FieldText(request, "binding");
  if (!object.empty() && std::ranges::count(object, '/') != 1)
    return Fail(Code::kInvalidArgument, "binding: want NAMESPACE/NAME; found \"" + OneLine(object, 60) + "\"");
  return HpaLog::IsMeant([query = request.query, object](const ForeseenBinding& binding) {
    const auto wants = [&](const char* name, std::string_view value) {
      const auto stated = query.find(name);
      return stated == query.end() || stated->second == value;
    };
    return (object.empty() || object == binding.object_namespace + "/" + binding.object_name) &&
           wants("namespace", binding.object_namespace) && wants("name", binding.object_name) &&
           wants("policy", KeyOf(binding).policy());
  });
}

Result<std::uint64_t> NumberAfter(const ServerRequest& request) {
  const std::string after = FieldText(request, "after");
  if (after.empty()) return std::numeric_limits<std::uint64_t>::max();
  const Result<double> number = ParseNumber(after);
  if (!number || *number < 1 || *number > 1e15)
    return Fail(Code::kInvalidArgument,
                "after: want the `next` of the page before; found \"" + OneLine(after, 60) + "\"");
  return static_cast<std::uint64_t>(*number);
}

PageJson Head(const AdminSources& sources) {
  const bool has_kubernetes = sources.cluster != nullptr;
  return {{"kubernetes", has_kubernetes},
          {"problem", has_kubernetes ? sources.cluster->State().targets_problem : std::string()}};
}

struct Placed {
  Uuid id;
  ForeseenBinding binding;
};

// Those that are meant, in the order of their ids.
std::vector<Placed> PlacedBindings(const HpaLog& hpas, const HpaLog::IsMeant& is_meant) {
  std::vector<Placed> placed;
  for (HpaFigures& each : hpas.Figures()) {
    if (is_meant(each.binding)) placed.push_back({BindingRecordOf(KeyOf(each.binding)).id, std::move(each.binding)});
  }
  std::ranges::sort(placed, {}, &Placed::id);
  return placed;
}

}  // namespace

ServerResponse HpaEventsPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<HpaLog::IsMeant> is_meant = MeantBy(request);
  if (!is_meant) return RefusalOf(is_meant.error());
  const Result<std::size_t> limit = LimitField(request, kUsual, kMost);
  if (!limit) return RefusalOf(limit.error());
  const Result<std::uint64_t> before = NumberAfter(request);
  if (!before) return RefusalOf(before.error());
  PageJson body = Head(sources);
  LoggedEvents logged;
  if (sources.cluster != nullptr) logged = sources.cluster->hpas().Events(*is_meant, *before, *limit);
  body["total"] = logged.total;
  body["events"] = PageJson::array();
  for (const LoggedEvent& each : logged.events) body["events"].push_back(HpaEventJson(each));
  body["next"] = logged.more ? PageJson(std::to_string(logged.events.back().event.number)) : PageJson();
  return JsonResponse(body);
}

ServerResponse EffectivenessPage(const AdminSources& sources, const ServerRequest& request) {
  const Result<HpaLog::IsMeant> is_meant = MeantBy(request);
  if (!is_meant) return RefusalOf(is_meant.error());
  const Result<std::size_t> limit = LimitField(request, kUsual, kMost);
  if (!limit) return RefusalOf(limit.error());
  const std::string after = FieldText(request, "after");
  const Result<Uuid> last = after.empty() ? Result<Uuid>(Uuid{}) : ParseUuid(after);
  if (!last) return RefusalOf({Code::kInvalidArgument, "after: want the `next` of the page before"});
  const Timestamp now = sources.controller.clock().Now();
  const Result<Timestamp> from = TimeField(request, "from", now - HpaLog::kSpan);
  if (!from) return RefusalOf(from.error());
  if (*from >= now) return RefusalOf({Code::kInvalidArgument, "from: want a time before now"});
  PageJson body = Head(sources);
  std::vector<Placed> placed;
  if (sources.cluster != nullptr) placed = PlacedBindings(sources.cluster->hpas(), *is_meant);
  body["total"] = placed.size();
  body["bindings"] = PageJson::array();
  if (!after.empty()) std::erase_if(placed, [&](const Placed& each) { return each.id <= *last; });
  const std::size_t shown = std::min(*limit, placed.size());
  body["next"] = shown < placed.size() ? PageJson(FormatUuid(placed[shown - 1].id)) : PageJson();
  std::set<ForeseenBinding> wanted;
  for (std::size_t i = 0; i < shown; ++i) wanted.insert(placed[i].binding);
  if (!wanted.empty()) {
    for (const HpaHistory& each :
         sources.cluster->hpas().Histories([&](const ForeseenBinding& binding) { return wanted.contains(binding); }))
      body["bindings"].push_back(EffectivenessJson(each, *from, now));
  }
  return JsonResponse(body);
}

}  // namespace loadline
