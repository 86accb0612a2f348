"""Loadline itself: what it does, for whom, and what that takes."""

from panels import GREEN, ORANGE, RED, dashed, lines, query, row, steps
from words import JOB, LAST_TICK, POD, TICK_AGE, each, lately, per_second, quantile

CONTAINER = 'container="loadline"'
# By the pods that this job scrapes: others may have a container of that name.
OURS = f"and on (namespace, pod) loadline_build_info{{{JOB}}}"

TICKS = [
    row("Ticks and decisions"),
    lines(
        "Age of the last tick",
        "How long ago the last completed tick was.",
        query(LAST_TICK, POD),
        unit="s",
        thresholds=TICK_AGE,
        least=0,
    ),
    lines(
        "How long ticks take",
        "From asking to the last decision published.",
        query(quantile(0.5, "loadline_tick_duration_seconds", "instance"), f"{POD} half"),
        query(quantile(0.99, "loadline_tick_duration_seconds", "instance"), f"{POD} 99 %"),
        unit="s",
        least=0,
    ),
    lines(
        "Ticks left out",
        "In 15 minutes: the one before took too long, or the clock was set forward. More than 2 is an alert.",
        query(lately("loadline_missed_ticks_total", "instance"), POD),
        thresholds=steps(GREEN, (2, RED)),
        least=0,
    ),
    lines(
        "Decisions",
        "Decisions made, of all pods, by outcome.",
        query(per_second("loadline_decisions_total", "outcome"), "{{outcome}}"),
        unit="ops",
        stacked=True,
        least=0,
    ),
]

CALLS = [
    row("Calls of KEDA, and of people"),
    lines(
        "RPCs",
        "RPCs that ended, by method and gRPC code. A stream counts when it ends.",
        query(per_second("loadline_grpc_requests_total", "method, code"), "{{method}} {{code}}"),
        unit="reqps",
        stacked=True,
        least=0,
    ),
    lines(
        "Open streams",
        "StreamIsActive and StreamMetricSpec calls, and streams of /api/v1/events, that are open.",
        query(each("loadline_grpc_open_streams"), f"{POD} gRPC"),
        query(each("loadline_event_streams"), f"{POD} events"),
        least=0,
    ),
    lines(
        "Messages of streams",
        "In 15 minutes: the state when a StreamIsActive opens and each wake; the spec when a StreamMetricSpec opens.",
        query(lately("loadline_grpc_stream_messages_total", "method"), "{{method}}"),
        least=0,
    ),
    lines(
        "HTTP requests refused",
        "unauthenticated: no good token; forbidden: a reader's, or none, and it would change something; rate: more "
        "than http.rateLimit.",
        query(per_second("loadline_http_refused_total", "reason"), "{{reason}}"),
        unit="reqps",
        least=0,
    ),
    lines(
        "Changes over HTTP",
        "Requests in 15 minutes that would change something, each of which is a line of the audit log.",
        query(lately("loadline_http_changes_total", "outcome"), "{{outcome}}"),
        least=0,
    ),
    lines(
        "Events not told",
        "In 15 minutes: streams that were closed, as their clients did not read; decisions that were told to no stream, as "
        "there were too many at once (the journal has them).",
        query(lately("loadline_event_streams_dropped_total", "instance"), f"{POD} streams closed"),
        query(lately("loadline_events_left_out_total", "instance"), f"{POD} decisions left out"),
        least=0,
    ),
]

MEMORY = [
    row("Memory and processor"),
    dashed(
        lines(
            "Memory",
            "The working set of each container, by cAdvisor, and its limit (dashed), by kube-state-metrics.",
            query(f"max by (pod) (container_memory_working_set_bytes{{{CONTAINER}}} {OURS})", "{{pod}}"),
            query(f'max by (pod) (kube_pod_container_resource_limits{{{CONTAINER}, resource="memory"}} {OURS})', "{{pod}} limit"),
            unit="bytes",
            least=0,
        ),
        "limit$",
    ),
    lines(
        "Processor",
        "Cores that each container uses, by cAdvisor.",
        query(f"max by (pod) (rate(container_cpu_usage_seconds_total{{{CONTAINER}}}[$__rate_interval]) {OURS})", "{{pod}}"),
        unit="suffix:cores",
        least=0,
    ),
]

TLS = [
    row("TLS"),
    lines(
        "Until certificates end",
        "Of the gRPC port, and of the HTTP port, where they have TLS. Within a week is an alert.",
        query(f"{each('loadline_tls_certificate_expiry_timestamp_seconds')} - time()", f"{POD} gRPC"),
        query(f"{each('loadline_http_tls_certificate_expiry_timestamp_seconds')} - time()", f"{POD} HTTP"),
        unit="s",
        thresholds=steps(RED, (7 * 86400, ORANGE), (14 * 86400, GREEN)),
        least=0,
    ),
    lines(
        "Certificates changed",
        "In a day: taken up; refused, where the last good one stays in use and tls.problem in /readyz says why.",
        query(lately("loadline_tls_reloads_total", "instance", "1d"), f"{POD} gRPC taken up"),
        query(lately("loadline_tls_reload_errors_total", "instance", "1d"), f"{POD} gRPC refused"),
        query(lately("loadline_http_tls_reloads_total", "instance", "1d"), f"{POD} HTTP taken up"),
        query(lately("loadline_http_tls_reload_errors_total", "instance", "1d"), f"{POD} HTTP refused"),
        least=0,
    ),
]
