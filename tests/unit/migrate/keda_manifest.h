// ScaledObjects to migrate.
#ifndef LOADLINE_TESTS_UNIT_MIGRATE_KEDA_MANIFEST_H_
#define LOADLINE_TESTS_UNIT_MIGRATE_KEDA_MANIFEST_H_

#include <fmt/format.h>

#include <string>

namespace loadline::testing {

inline const std::string kHead =
    "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web, namespace: shop }\n";

inline std::string Prometheus(const std::string& query, const std::string& threshold, const std::string& more = "") {
  return fmt::format(
      "    - type: prometheus\n      metadata: {{ serverAddress: \"http://prom:9090\", query: \"{}\", threshold: "
      "\"{}\"{} }}\n",
      query, threshold, more);
}

}  // namespace loadline::testing

#endif  // LOADLINE_TESTS_UNIT_MIGRATE_KEDA_MANIFEST_H_
