"""Loadline itself: does it tick, does it answer, and what is it short of?"""
from dashboard import DATASOURCE, JOB as JOB_VARIABLE, dashboard
from panels import GREEN, ORANGE, RED, dashed, lines, query, row, stat, steps, table, timeline
from words import JOB, NEVER, NONE_IS_GOOD, UP, per_second, quantile, words

POD = "{{instance}}"
WATCHING = words(_0=("not heard", RED), _1=("watched", GREEN))
LISTED = words(_0=("not yet", ORANGE), _1=("all known", GREEN))
CONTAINER = 'container="loadline"'
# By the pods that this job scrapes: others may have a container of that name.
OURS = f"and on (namespace, pod) loadline_build_info{{{JOB}}}"


def each(metric):
    return f"{metric}{{{JOB}}}"


def age(metric, where=""):
    return f"time() - {metric}{{{JOB}{where}}}"


def lately(metric, by, span="15m"):
    return f"sum by ({by}) (increase({metric}{{{JOB}}}[{span}]))"


TICK_AGE = steps(GREEN, (30, ORANGE), (60, RED))
WRONG_CODES = 'code!~"OK|CANCELLED|UNIMPLEMENTED"'  # as in the alert LoadlineCallsFail

NOW = [
    row("Now"),
    stat("Pods up", "Loadline pods that can be scraped.", f"sum(up{{{JOB}}})", thresholds=steps(RED, (1, GREEN)), nothing="none known", size=(3, 4)),
    stat("Last tick", "How long ago the last completed tick was, of the pod where that is longest.",
         f"max({age('loadline_last_tick_timestamp_seconds')})", unit="s", thresholds=TICK_AGE, mappings=[NEVER], size=(3, 4)),
    stat("Calls that fail", "RPCs a second that ended with a code that says that something is wrong; KEDA gets errors.",
         f"sum(rate(loadline_grpc_requests_total{{{JOB}, {WRONG_CODES}}}[$__rate_interval])) or 0 * sum({each('loadline_grpc_open_streams')})",
         unit="reqps", thresholds=steps(GREEN, (0.001, RED)), size=(3, 4)),
    stat("Sources failing", "Sources of which a query failed when they were last asked, at any pod.",
         f"sum(1 - min by (source) ({each('loadline_source_up')}))", thresholds=NONE_IS_GOOD, size=(3, 4)),
    stat("Journals failing", "Pods whose latest write to the journal failed. Decisions go on, their record has gaps.",
         f"sum(1 - {each('loadline_journal_up')})", thresholds=NONE_IS_GOOD, size=(3, 4)),
    stat("Not watched", "Resources of Kubernetes of which changes are not heard, at any pod: what was known last stays.",
         f"sum(1 - min by (resource, watched_namespace) ({each('loadline_kubernetes_watching')}))", thresholds=NONE_IS_GOOD,
         nothing="no Kubernetes", size=(3, 4)),
    stat("Messages waiting", "Messages that wait to be sent to webhooks, or to be tried again.", f"sum({each('loadline_webhook_queued')})",
         thresholds=steps(GREEN, (10, ORANGE), (500, RED)), nothing="no webhook", size=(3, 4)),
    stat("Certificate", "Until the certificate of the gRPC port that ends first ends.",
         f"min({each('loadline_tls_certificate_expiry_timestamp_seconds')} - time())", unit="s",
         thresholds=steps(RED, (7 * 86400, ORANGE), (14 * 86400, GREEN)), nothing="no TLS", size=(3, 4)),
    table("Builds", "Which build each pod is. Two versions: an upgrade is under way.",
          [(None, f"count by (version, instance) ({each('loadline_build_info')})", {})], size=(8, 5)),
    stat("Policies", "Policies in force.", f"max({each('loadline_policies')})", size=(4, 5)),
    stat("Policies taken up", "How often a set of policies was taken up in the last hour, at the pod where that was most.",
         f"max(increase({each('loadline_policy_reloads_total')}[1h]))", decimals=0, size=(4, 5)),
    lines("Bindings", "Bindings that are decided for, by pod.", query(each("loadline_bindings"), POD), least=0, size=(8, 5)),
]

TICKS = [
    row("Ticks and decisions"),
    lines("Age of the last tick", "How long ago the last completed tick was.", query(age("loadline_last_tick_timestamp_seconds"), POD), unit="s",
          thresholds=TICK_AGE, least=0),
    lines("How long ticks take", "From asking to the last decision published.",
          query(quantile(0.5, "loadline_tick_duration_seconds", "instance"), f"{POD} half"),
          query(quantile(0.99, "loadline_tick_duration_seconds", "instance"), f"{POD} 99 %"), unit="s", least=0),
    lines("Ticks left out", "In 15 minutes: the one before took too long, or the clock was set forward. More than 2 is an alert.",
          query(lately("loadline_missed_ticks_total", "instance"), POD), thresholds=steps(GREEN, (2, RED)), least=0),
    lines("Decisions", "Decisions made, of all pods, by outcome.", query(per_second("loadline_decisions_total", "outcome"), "{{outcome}}"),
          unit="ops", stacked=True, least=0),
]

CALLS = [
    row("Calls of KEDA, and of people"),
    lines("RPCs", "RPCs that ended, by method and gRPC code. A stream counts when it ends.",
          query(per_second("loadline_grpc_requests_total", "method, code"), "{{method}} {{code}}"), unit="reqps", stacked=True, least=0),
    lines("Open streams", "StreamIsActive and StreamMetricSpec calls, and streams of /api/v1/events, that are open.",
          query(each("loadline_grpc_open_streams"), f"{POD} gRPC"), query(each("loadline_event_streams"), f"{POD} events"), least=0),
    lines("HTTP requests refused", "unauthenticated: no good token; forbidden: a reader's, or none, and it would change something; rate: more "
          "than http.rateLimit.", query(per_second("loadline_http_refused_total", "reason"), "{{reason}}"), unit="reqps", least=0),
    lines("Changes over HTTP", "Requests in 15 minutes that would change something, each of which is a line of the audit log.",
          query(lately("loadline_http_changes_total", "outcome"), "{{outcome}}"), least=0),
    lines("Events not told", "In 15 minutes: streams that were closed, as their clients did not read; decisions that were told to no stream, as "
          "there were too many at once (the journal has them).",
          query(lately("loadline_event_streams_dropped_total", "instance"), f"{POD} streams closed"),
          query(lately("loadline_events_left_out_total", "instance"), f"{POD} decisions left out"), least=0),
]

SOURCES = [
    row("Sources"),
    timeline("Sources", "fails: a query failed when the source was last asked.", query(f"min by (source, instance) ({each('loadline_source_up')})",
             "{{source}} at {{instance}}"), mappings=[UP], size=(12, 8)),
    lines("Since the last answer", "How long ago any query got an answer; no line where none ever did.",
          query(f"time() - ({each('loadline_source_last_success_timestamp_seconds')} > 0)", "{{source}} at {{instance}}"), unit="s",
          thresholds=TICK_AGE, least=0),
    lines("Queries", "Queries that ended, by outcome. empty: no such series; several: more than one; not_finite: NaN or infinite; partial: the "
          "source warned that data is missing; failed: no sensible answer in time; refused: not accepted as a query.",
          query(per_second("loadline_source_queries_total", "source, outcome"), "{{source}} {{outcome}}"), unit="reqps", stacked=True, least=0),
    lines("How long queries take", "All parts of a long range together.",
          query(quantile(0.5, "loadline_source_query_duration_seconds", "source"), "{{source}} half"),
          query(quantile(0.99, "loadline_source_query_duration_seconds", "source"), "{{source}} 99 %"), unit="s", least=0),
]

JOURNAL = [
    row("The journal"),
    lines("Waiting to be written", "Decisions; 20,000 at most.", query(each("loadline_journal_queued"), POD),
          thresholds=steps(GREEN, (5000, ORANGE), (20000, RED)), least=0),
    lines("Since the last write", "How long ago something was last written; without changes there is nothing to write between heartbeats. No "
          "line where nothing ever was.", query(f"time() - ({each('loadline_journal_last_write_timestamp_seconds')} > 0)", POD), unit="s", least=0),
    lines("Decisions brought to it", "stored, or already_there, as another pod was first.",
          query(per_second("loadline_journal_decisions_total", "outcome"), "{{outcome}}"), unit="ops", least=0),
    lines("Deleted", "Decisions deleted for their age, or to make room.", query(per_second("loadline_journal_deleted_total", "instance"), POD),
          unit="ops", least=0),
    lines("Not in it", "In 15 minutes: decisions that are not in it, by the reason; writes, and openings, that failed and are tried again.",
          query(lately("loadline_journal_dropped_total", "reason"), "dropped: {{reason}}"),
          query(lately("loadline_journal_write_errors_total", "instance"), f"{POD} writes failed"), thresholds=steps(GREEN, (1, RED)), least=0),
    lines("Pods that differ", "In an hour, of decisions already there. differing: other readings, plan or policy, of which some are to be "
          "expected with several pods. disagreements: another answer to equal readings; none is to be expected, ever.",
          query(lately("loadline_journal_differing_total", "instance", "1h"), f"{POD} differing"),
          query(lately("loadline_journal_disagreements_total", "instance", "1h"), f"{POD} disagreements"), least=0),
]

MEMORY = [
    row("Memory and processor"),
    dashed(lines("Memory", "The working set of each container, by cAdvisor, and its limit (dashed), by kube-state-metrics.",
                 query(f"max by (pod) (container_memory_working_set_bytes{{{CONTAINER}}} {OURS})", "{{pod}}"),
                 query(f'max by (pod) (kube_pod_container_resource_limits{{{CONTAINER}, resource="memory"}} {OURS})', "{{pod}} limit"),
                 unit="bytes", least=0), "limit$"),
    lines("Processor", "Cores that each container uses, by cAdvisor.",
          query(f"max by (pod) (rate(container_cpu_usage_seconds_total{{{CONTAINER}}}[$__rate_interval]) {OURS})", "{{pod}}"), unit="cores", least=0),
]

WEBHOOKS = [
    row("Webhooks"),
    lines("Messages", "Messages a second that receivers took, that failed (refused: another status than 2xx that is not tried again; given_up: "
          "not delivered within giveUpAfter), and attempts that are made again.",
          query(per_second("loadline_webhook_sent_total", "webhook"), "{{webhook}} sent"),
          query(per_second("loadline_webhook_failed_total", "webhook, reason"), "{{webhook}} {{reason}}"),
          query(per_second("loadline_webhook_retries_total", "webhook"), "{{webhook}} tried again"), unit="ops", least=0),
    lines("Waiting", "Messages that wait to be sent, or to be tried again; 1,000 at most.",
          query(each("loadline_webhook_queued"), "{{webhook}} at {{instance}}"), thresholds=steps(GREEN, (500, ORANGE), (1000, RED)), least=0),
    lines("Since the last message", "How long ago the receiver last took one; no line where it never did. Where nothing happens there is nothing "
          "to tell.", query(f"time() - ({each('loadline_webhook_last_sent_timestamp_seconds')} > 0)", "{{webhook}} at {{instance}}"), unit="s",
          least=0),
    lines("Not told", "In 15 minutes: messages dropped, as more than 1,000 waited; that a digest stands for; decisions that no webhook heard of, "
          "as more than 20,000 came at once.",
          query(lately("loadline_webhook_dropped_total", "webhook"), "{{webhook}} dropped"),
          query(lately("loadline_webhook_left_out_total", "webhook"), "{{webhook}} in a digest"),
          query(lately("loadline_webhook_decisions_overlooked_total", "instance"), f"{POD} overlooked"), least=0),
]

KUBERNETES = [
    row("Kubernetes"),
    timeline("Watches", "not heard: changes are not heard of; /api/v1/problems says why.",
             query(f"min by (resource, watched_namespace) ({each('loadline_kubernetes_watching')})", "{{resource}} in {{watched_namespace}}"),
             mappings=[WATCHING], size=(12, 8)),
    timeline("Lists", "all known: all objects are.",
             query(f"min by (resource, watched_namespace) ({each('loadline_kubernetes_listed')})", "{{resource}} in {{watched_namespace}}"),
             mappings=[LISTED], size=(12, 8)),
    lines("Since anything was heard", "Since the API server last said anything: a list, an event, or a bookmark, which comes about once a minute.",
          query(f"max by (resource, watched_namespace) (time() - ({each('loadline_kubernetes_last_heard_timestamp_seconds')} > 0))",
                "{{resource}} in {{watched_namespace}}"), unit="s", thresholds=steps(GREEN, (120, ORANGE), (300, RED)), least=0),
    lines("Lists, watches and failures", "In 15 minutes, of all pods. After the first list each one means that what happened was lost; a watch lasts "
          "5 to 10 minutes.", query(lately("loadline_kubernetes_lists_total", "resource"), "{{resource}} lists"),
          query(lately("loadline_kubernetes_watches_total", "resource"), "{{resource}} watches"),
          query(lately("loadline_kubernetes_failures_total", "resource"), "{{resource}} failures"), least=0),
    lines("Objects", "Objects that are known.", query(f"max by (kind) ({each('loadline_kubernetes_objects')})", "{{kind}}"), least=0),
    lines("Events", "Events in 15 minutes, of all pods. there: another pod was first; failed: refused, or not reached.",
          query(lately("loadline_kubernetes_events_total", "outcome"), "{{outcome}}"), least=0),
    lines("Since the last Event", "Since an Event was last written, or found there; no line where none ever was.",
          query(f"time() - ({each('loadline_kubernetes_last_event_timestamp_seconds')} > 0)", POD), unit="s", least=0),
]

TLS = [
    row("TLS"),
    lines("Until certificates end", "Of the gRPC port, and of the HTTP port, where they have TLS. Within a week is an alert.",
          query(f"{each('loadline_tls_certificate_expiry_timestamp_seconds')} - time()", f"{POD} gRPC"),
          query(f"{each('loadline_http_tls_certificate_expiry_timestamp_seconds')} - time()", f"{POD} HTTP"), unit="s",
          thresholds=steps(RED, (7 * 86400, ORANGE), (14 * 86400, GREEN)), least=0),
    lines("Certificates changed", "In a day: taken up; refused, where the last good one stays in use and tls.problem in /readyz says why.",
          query(lately("loadline_tls_reloads_total", "instance", "1d"), f"{POD} gRPC taken up"),
          query(lately("loadline_tls_reload_errors_total", "instance", "1d"), f"{POD} gRPC refused"),
          query(lately("loadline_http_tls_reloads_total", "instance", "1d"), f"{POD} HTTP taken up"),
          query(lately("loadline_http_tls_reload_errors_total", "instance", "1d"), f"{POD} HTTP refused"), least=0),
]


def made():
    return dashboard("service", "Itself", "Loadline itself: does it tick, does it answer, and what is it short of?", [DATASOURCE, JOB_VARIABLE],
                     NOW + TICKS + CALLS + SOURCES + JOURNAL + MEMORY + WEBHOOKS + KUBERNETES + TLS)
