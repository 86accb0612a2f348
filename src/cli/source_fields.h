// The options of a source of numbers as declared fields.
#ifndef LOADLINE_CLI_SOURCE_FIELDS_H_
#define LOADLINE_CLI_SOURCE_FIELDS_H_

#include "cli/serve_options.h"
#include "document/fields.h"

namespace loadline {

template <class Visitor>
void DescribeFields(Visitor& visit, SourceOptions& source) {
  visit(
      {.name = "url",
       .help = "A server with Prometheus' HTTP API (Prometheus, VictoriaMetrics, Thanos, Mimir), up to, not including, "
               "/api/v1. Needed.",
       .unit = "http(s) URL",
       .example = "http://prometheus-server.monitoring.svc:9090"},
      source.url);
  visit({.name = "timeout",
         .help = "Of one query.",
         .unit = "duration",
         .example = "5s",
         .at_least = 0.05,
         .at_most = 600},
        source.timeout);
  visit({.name = "maxConnections",
         .help = "Most queries at once; connections are kept.",
         .unit = "connections",
         .example = "8",
         .at_least = 1,
         .at_most = 256},
        source.max_connections);
  visit({.name = "maxPoints",
         .help = "The server's limit of points in a range query; longer ranges are asked for in parts.",
         .unit = "points",
         .example = "11000",
         .at_least = 2,
         .at_most = 10'000'000},
        source.max_points);
  visit({.name = "caFile",
         .help = "PEM file with the authorities of the server's certificate; empty: the system's.",
         .example = "/etc/loadline/prometheus/ca.crt"},
        source.ca_file);
  visit({.name = "certificateFile",
         .help = "PEM file with a client certificate, with keyFile.",
         .example = "/etc/loadline/prometheus/tls.crt"},
        source.certificate_file);
  visit({.name = "keyFile", .help = "PEM file with its private key.", .example = "/etc/loadline/prometheus/tls.key"},
        source.key_file);
  visit({.name = "insecureSkipVerify",
         .help = "Do not check the server's certificate: for trying out only.",
         .example = "false"},
        source.insecure_skip_verify);
  visit({.name = "basicAuthUser", .help = "User name of basic authentication.", .example = "loadline"},
        source.basic_auth_user);
  visit({.name = "basicAuthPasswordFile",
         .help = "File with its password; read anew each time.",
         .example = "/etc/loadline/prometheus/password"},
        source.basic_auth_password_file);
  visit({.name = "bearerTokenFile",
         .help = "File with a bearer token; read anew each time.",
         .example = "/var/run/secrets/kubernetes.io/serviceaccount/token"},
        source.bearer_token_file);
  visit(
      {.name = "headers", .help = "Further request headers, such as a tenant's.", .example = "{ X-Scope-OrgID: data }"},
      source.headers);
  visit({.name = "allowedNamespaces",
         .help = "Namespaces whose ScaledObjects may ask it; a name may end in *; empty: all.",
         .example = "[data, team-*]"},
        source.allowed_namespaces);
}

}  // namespace loadline

#endif  // LOADLINE_CLI_SOURCE_FIELDS_H_
