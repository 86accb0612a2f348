#include "api/changes_page.h"

#include "api/page_json.h"

namespace loadline {

ServerResponse ChangesPage(const AdminSources& sources) {
  PageJson body = {{"changes", PageJson::array()}};
  if (sources.access != nullptr) {
    for (const ApiChange& each : sources.access->LastChanges()) {
      body["changes"].push_back({{"time", TimeOrNull(each.time)},
                                 {"caller", each.caller},
                                 {"method", each.method},
                                 {"path", each.path},
                                 {"outcome", each.outcome},
                                 {"change", each.change.empty() ? PageJson() : PageJson::parse(each.change)}});
    }
  }
  return JsonResponse(body);
}

}  // namespace loadline
