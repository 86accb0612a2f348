#include "cli/source_wiring.h"

#include <memory>
#include <utility>

#include "scaling/namespaces.h"
#include "sources/prometheus_source.h"

namespace loadline {
namespace {

PrometheusOptions PrometheusOptionsOf(const SourceOptions& source, std::stop_token stop) {
  PrometheusOptions options;
  options.url = source.url;
  options.timeout = source.timeout;
  options.max_points = source.max_points;
  options.http.ca_file = source.ca_file;
  options.http.certificate_file = source.certificate_file;
  options.http.key_file = source.key_file;
  options.http.insecure_skip_verify = source.insecure_skip_verify;
  options.http.basic_auth_user = source.basic_auth_user;
  options.http.basic_auth_password_file = source.basic_auth_password_file;
  options.http.bearer_token_file = source.bearer_token_file;
  options.http.headers.assign(source.headers.begin(), source.headers.end());
  options.http.max_connections = source.max_connections;
  options.http.stop = std::move(stop);
  return options;
}

// A URL to show: without the user and password that someone may have put into it.
std::string ShownUrl(const std::string& url) {
  const std::size_t host = url.find("://") + 3;
  const std::size_t at = url.find('@', host);
  if (at == std::string::npos || url.find('/', host) < at) return url;
  return url.substr(0, host) + url.substr(at + 1);
}

}  // namespace

std::vector<NamedSource> MakeSources(const ServeOptions& options, Instruments& instruments,
                                     const std::stop_token& stop) {
  std::vector<NamedSource> sources;
  for (const auto& [name, source] : options.sources) {
    auto count = [&instruments, own_name = name](std::string_view outcome, Duration took) {
      instruments.CountQuery(own_name, outcome, took);
    };
    sources.push_back({name, ShownUrl(source.url), source.allowed_namespaces,
                       MakePrometheusSource(PrometheusOptionsOf(source, stop), std::move(count))});
  }
  return sources;
}

std::function<SourceLookup(const std::string&)> MakeHistorySources(const ServeOptions& options,
                                                                   const std::stop_token& stop) {
  constexpr Duration kOfAPart{60'000};
  auto sources = std::make_shared<std::vector<NamedSource>>();
  for (const auto& [name, source] : options.sources) {
    PrometheusOptions asked = PrometheusOptionsOf(source, stop);
    asked.timeout = kOfAPart;
    sources->push_back({name, ShownUrl(source.url), source.allowed_namespaces, MakePrometheusSource(asked)});
  }
  return [sources](const std::string& object_namespace) -> SourceLookup {
    return [sources, object_namespace](const std::string& name) -> MetricSource* {
      for (const NamedSource& each : *sources) {
        const bool may = each.allowed_namespaces.empty() || AdmitsNamespace(each.allowed_namespaces, object_namespace);
        if (each.name == name && may) return each.source.get();
      }
      return nullptr;
    };
  };
}

}  // namespace loadline
