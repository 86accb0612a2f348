// The options of the ports of `loadline serve`, gRPC's and HTTP's, as declared fields.
#ifndef LOADLINE_CLI_PORT_FIELDS_H_
#define LOADLINE_CLI_PORT_FIELDS_H_

#include "cli/serve_options.h"
#include "document/fields.h"

namespace loadline {

template <class Visitor>
void DescribeFields(Visitor& visit, TlsOptions& tls) {
  visit({.name = "certificateFile",
         .help = "PEM file with the server's certificate chain; empty: no TLS. A changed pair is taken up within "
                 "seconds, a bad one is refused and the last good one stays.",
         .example = "/etc/loadline/tls/tls.crt"},
        tls.certificate_file);
  visit({.name = "keyFile", .help = "PEM file with its private key.", .example = "/etc/loadline/tls/tls.key"},
        tls.key_file);
  visit(
      {.name = "clientCaFile",
       .help =
           "PEM file with the authorities of client certificates: callers must show one (mTLS). Empty: they need not.",
       .example = "/etc/loadline/tls/ca.crt"},
      tls.client_ca_file);
  visit({.name = "allowedClientNames",
         .help = "Subject alternative names of which a client's certificate must have one; empty: every certificate of "
                 "clientCaFile may call.",
         .example = "[keda-operator.keda.svc]"},
        tls.allowed_client_names);
}

template <class Visitor>
void DescribeFields(Visitor& visit, GrpcOptions& grpc) {
  visit({.name = "listen",
         .help =
             "Where KEDA calls: the scalerAddress of a trigger leads here. A name is all addresses that it has on this "
             "machine. Port 0 takes a free one, which the log names.",
         .unit = "host:port",
         .example = "0.0.0.0:50051"},
        grpc.listen);
  visit({.name = "tls", .help = "TLS, and mTLS, of the gRPC port."}, grpc.tls);
  visit({.name = "maxConnectionAge",
         .help = "How old a connection may become: a new one finds new pods. Streams end cleanly before.",
         .unit = "duration",
         .example = "30m",
         .at_least = 1,
         .at_most = 7 * 24 * 3600},
        grpc.max_connection_age);
  visit({.name = "firstDecisionWait",
         .help = "How long the first GetMetrics or IsActive of a binding may wait for its first decision.",
         .unit = "duration",
         .example = "1s",
         .at_least = 0,
         .at_most = 10},
        grpc.first_decision_wait);
}

template <class Visitor>
void DescribeFields(Visitor& visit, HttpTlsOptions& tls) {
  visit({.name = "certificateFile",
         .help = "PEM file with the server's certificate chain; empty: no TLS. A changed pair is taken up as that of "
                 "grpc.tls. Probes and Prometheus then have to ask with https.",
         .example = "/etc/loadline/tls/tls.crt"},
        tls.certificate_file);
  visit({.name = "keyFile", .help = "PEM file with its private key.", .example = "/etc/loadline/tls/tls.key"},
        tls.key_file);
}

template <class Visitor>
void DescribeFields(Visitor& visit, HttpOptions& http) {
  visit({.name = "listen",
         .help = "Where /metrics, /healthz, /readyz and /api/v1 are served (docs/api.md). Without tokensFile it shows "
                 "decisions and metadata to all who reach it, but no values of metadata that may be secret.",
         .unit = "host:port",
         .example = "0.0.0.0:8080"},
        http.listen);
  visit({.name = "tls", .help = "TLS of the HTTP port."}, http.tls);
  visit(
      {.name = "tokensFile",
       .help = "File with the bearer tokens of those who may ask, a line each: ROLE TOKEN NAME, with the role reader "
               "or operator. A changed file is taken up within a second, of a bad one the last good one stays. Empty: "
               "all may read, and nobody may change anything.",
       .example = "/etc/loadline/http/tokens"},
      http.tokens_file);
  visit({.name = "protectMetrics",
         .help = "Whether /metrics needs a token, too. /healthz and /readyz never do.",
         .example = "false"},
        http.protect_metrics);
  visit(
      {.name = "rateLimit",
       .help = "Most requests a second of one token, or of one address that shows no good token, and as many at once; "
               "more get 429. Probes, and an open /metrics, are not counted. 0: any number.",
       .unit = "requests/s",
       .example = "100",
       .at_least = 0,
       .at_most = 1'000'000},
      http.rate_limit);
  visit({.name = "grafana",
         .help = "Address of a dashboard of Grafana, such as the chart's, to which the page links from each binding: "
                 "{namespace}, {name} and {policy} stand for its own. Empty: no link.",
         .example = "https://grafana.example.com/d/loadline-binding?var-namespace={namespace}&"
                    "var-object={name}&var-policy={policy}"},
        http.grafana);
}

}  // namespace loadline

#endif  // LOADLINE_CLI_PORT_FIELDS_H_
