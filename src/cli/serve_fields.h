// The options of `loadline serve` as declared fields; their defaults stand in serve_options.h.
#ifndef LOADLINE_CLI_SERVE_FIELDS_H_
#define LOADLINE_CLI_SERVE_FIELDS_H_

#include <array>
#include <utility>

#include "cli/port_fields.h"
#include "cli/serve_options.h"
#include "cli/source_fields.h"
#include "cli/webhook_fields.h"
#include "document/fields.h"
#include "system/log.h"

namespace loadline {

constexpr auto EnumWords(LogLevel) {
  return std::array{std::pair{LogLevel::kDebug, "debug"}, std::pair{LogLevel::kInfo, "info"},
                    std::pair{LogLevel::kWarn, "warn"}, std::pair{LogLevel::kError, "error"},
                    std::pair{LogLevel::kOff, "off"}};
}

template <class Visitor>
void DescribeFields(Visitor& visit, TickOptions& tick) {
  visit({.name = "interval",
         .help = "How often everything is decided, at multiples of it, on all pods alike.",
         .unit = "duration",
         .example = "15s",
         .at_least = 0.1,
         .at_most = 3600},
        tick.interval);
  visit({.name = "delay",
         .help = "How long after a tick's time its readings are asked for, so that samples that are on their way have "
                 "arrived.",
         .unit = "duration",
         .example = "2s",
         .at_least = 0,
         .at_most = 600},
        tick.delay);
  visit({.name = "budget",
         .help = "How long all queries of a tick may take together; what is not there then is missing.",
         .unit = "duration",
         .example = "10s",
         .at_least = 0.1,
         .at_most = 600},
        tick.budget);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ForecastingOptions& forecasts) {
  visit({.name = "refit",
         .help = "How often forecasts are fitted anew, at multiples of it, on all pods alike. Trust in each is judged "
                 "once an hour.",
         .unit = "duration",
         .example = "10m",
         .at_least = 60,
         .at_most = 24 * 3600},
        forecasts.refit);
  visit({.name = "lead",
         .help = "From a refit's time until its forecasts are used: by then all pods have them. At most refit. Each "
                 "hundred forecasts take about half a minute of a processor.",
         .unit = "duration",
         .example = "1m",
         .at_least = 0,
         .at_most = 24 * 3600},
        forecasts.lead);
  visit({.name = "threads",
         .help = "Threads that fit. They give way to all others; more are of use with more processors.",
         .unit = "threads",
         .example = "1",
         .at_least = 1,
         .at_most = 64},
        forecasts.threads);
}

template <class Visitor>
void DescribeFields(Visitor& visit, PolicyOptions& policies) {
  visit(
      {.name = "path",
       .help =
           "The folder (a mounted ConfigMap, or several below it) or file with the policies: *.yaml and *.yml. Empty: "
           "none, where they come from ConfigMaps that are watched (kubernetes).",
       .example = "/etc/loadline/policies"},
      policies.path);
  visit({.name = "poll",
         .help = "How often it is looked at.",
         .unit = "duration",
         .example = "1s",
         .at_least = 0.05,
         .at_most = 3600},
        policies.poll);
}

template <class Visitor>
void DescribeFields(Visitor& visit, OverrideOptions& overrides) {
  visit({.name = "path",
         .help = "The folder where those are kept that are set over the API (docs/api.md), and read from; not within "
                 "policies.path. Several pods need one that they share. Empty: the ConfigMap loadline-overrides with "
                 "kubernetes and its policyLabel, else overrides in dataDir.",
         .example = "/var/lib/loadline-overrides"},
        overrides.path);
}

template <class Visitor>
void DescribeFields(Visitor& visit, BindingOptions& bindings) {
  visit({.name = "forgetAfter",
         .help = "A trigger that has not called for so long, and that is not seen in Kubernetes either, is forgotten.",
         .unit = "duration",
         .example = "1h",
         .at_least = 60,
         .at_most = 30 * 24 * 3600},
        bindings.forget_after);
  visit({.name = "max",
         .help = "Most bindings at once; further ones get an error. Each costs a few kilobytes of memory.",
         .unit = "bindings",
         .example = "100000",
         .at_least = 1,
         .at_most = 10'000'000},
        bindings.max);
}

template <class Visitor>
void DescribeFields(Visitor& visit, JournalingOptions& journal) {
  visit({.name = "url",
         .help = "sqlite:PATH, memory:, or a PostgreSQL that all pods share: postgresql://USER@HOST/DATABASE, with no "
                 "password in it. Empty: journal.db in dataDir, or memory where there is no dataDir.",
         .unit = "URL",
         .example = "postgresql://loadline@postgres.data.svc/loadline?sslmode=verify-full"},
        journal.url);
  visit({.name = "passwordFile",
         .help = "File with the password of PostgreSQL's user; read anew at each connect.",
         .example = "/etc/loadline/journal/password"},
        journal.password_file);
  visit({.name = "keep",
         .help = "How long decisions are kept; 0s: for ever.",
         .unit = "duration",
         .example = "30d",
         .at_least = 0,
         .at_most = 10.0 * 365 * 24 * 3600},
        journal.keep);
  visit({.name = "maxMegabytes",
         .help = "How much all decisions may take; the oldest go first. 0: any amount. In memory it is never more than "
                 "32.",
         .unit = "MiB",
         .example = "2048",
         .at_least = 0,
         .at_most = 100'000'000},
        journal.max_megabytes);
  visit({.name = "heartbeat",
         .help = "How often a decision is kept that has not changed, at multiples of it, on all pods alike; 0s: never.",
         .unit = "duration",
         .example = "5m",
         .at_least = 0,
         .at_most = 7 * 24 * 3600},
        journal.heartbeat);
}

template <class Visitor>
void DescribeFields(Visitor& visit, KubernetesOptions& kubernetes) {
  visit(
      {.name = "enabled",
       .help = "Watch KEDA's objects, HPAs and ConfigMaps. Everything else works without; docs/kubernetes.md says what "
               "it adds, and which rights it needs.",
       .example = "true"},
      kubernetes.enabled);
  visit({.name = "kubeconfig",
         .help = "File with the API server's address and credentials; empty: those of the pod's service account.",
         .example = "/etc/loadline/kubeconfig"},
        kubernetes.kubeconfig);
  visit({.name = "namespaces",
         .help = "Namespaces that are watched, so that Roles are enough; empty: all, by a ClusterRole.",
         .example = "[data, web]"},
        kubernetes.namespaces);
  visit({.name = "policyLabel",
         .help =
             "The label, LABEL=VALUE, of ConfigMaps whose .yaml, .yml and .ics keys are policies and other documents; "
             "they belong to the ConfigMap's namespace. Empty: none are read.",
         .example = "loadline.dev/policies=true"},
        kubernetes.policy_label);
  visit(
      {.name = "sharedFrom",
       .help = "Namespaces whose ConfigMaps may hold documents for others, too: policies with allowedNamespaces or "
               "another namespace, Calendars, Overrides for all. A name may end in *. Empty: Loadline's own namespace.",
       .example = "[platform]"},
      kubernetes.shared_from);
  visit({.name = "scalerAddresses",
         .help =
             "The scalerAddress of triggers that are ours, where there are several Loadlines; it may end in *. Empty: "
             "all external triggers whose metadata name a policy.",
         .example = "[loadline.loadline.svc:50051]"},
        kubernetes.scaler_addresses);
  visit({.name = "events",
         .help = "Write what is wrong with a ScaledObject or ScaledJob as Events of it.",
         .example = "true"},
        kubernetes.events);
  visit({.name = "decisionEvents",
         .help = "Write changes of the replicas that are wanted as Events of the ScaledObject or ScaledJob, too: one "
                 "in five minutes at most for each trigger.",
         .example = "true"},
        kubernetes.decision_events);
}

template <class Visitor>
void DescribeFields(Visitor& visit, LoggingOptions& log) {
  visit({.name = "level", .help = "What is logged, to standard error, as one JSON object a line.", .example = "info"},
        log.level);
  visit({.name = "modules",
         .help = "Levels of single modules: controller, sources, kubernetes, journal, notify, api, system, cli.",
         .example = "{ sources: debug }"},
        log.modules);
}

template <class Visitor>
void DescribeFields(Visitor& visit, ServeOptions& options) {
  visit({.name = "grpc", .help = "KEDA's ExternalScaler service."}, options.grpc);
  visit({.name = "http", .help = "What operators and Prometheus read."}, options.http);
  visit({.name = "tick", .help = "When decisions are made."}, options.tick);
  visit({.name = "forecasts", .help = "When forecasts are made."}, options.forecasts);
  visit({.name = "policies", .help = "Where policies come from."}, options.policies);
  visit({.name = "overrides", .help = "What operators set over the API."}, options.overrides);
  visit({.name = "bindings", .help = "Triggers that have called."}, options.bindings);
  visit({.name = "journal", .help = "What was decided, and what it was decided by: see docs/journal.md."},
        options.journal);
  visit(
      {.name = "sources",
       .help =
           "Where numbers come from, by the names that policies use; `default` is what they use where they name none."},
      options.sources);
  visit({.name = "kubernetes", .help = "What is read from Kubernetes, and written there."}, options.kubernetes);
  visit({.name = "webhooks",
         .help = "Who is told of scaling, of what is wrong and of what is well again, by names of your own: see "
                 "docs/webhooks.md."},
        options.webhooks);
  visit({.name = "log", .help = "The log."}, options.log);
  visit({.name = "dataDir",
         .help =
             "A folder of its own for what shall outlive a restart: bindings, last good versions of policies, and the "
             "journal unless it has a url. Empty: nothing is kept. With grpc.tls a private copy of its files lies "
             "there, too, while it runs.",
         .example = "/var/lib/loadline"},
        options.data_dir);
}

}  // namespace loadline

#endif  // LOADLINE_CLI_SERVE_FIELDS_H_
