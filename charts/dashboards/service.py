"""Loadline itself: does it tick, does it answer, and what is it short of?"""

from dashboard import DATASOURCE, dashboard
from dashboard import JOB as JOB_VARIABLE
from panels import GREEN, ORANGE, RED, lines, query, row, stat, steps, table
from words import JOB, LAST_TICK, NEVER, NONE_IS_GOOD, POD, TICK_AGE, each
from service_neighbours import JOURNAL, KUBERNETES, SOURCES, WEBHOOKS
from service_work import CALLS, MEMORY, TICKS, TLS

WRONG_CODES = 'code!~"OK|CANCELLED|UNIMPLEMENTED"'  # as in the alert LoadlineCallsFail

NOW = [
    row("Now"),
    stat(
        "Pods up",
        "Loadline pods that can be scraped.",
        f"sum(up{{{JOB}}})",
        thresholds=steps(RED, (1, GREEN)),
        nothing="none known",
        size=(3, 4),
    ),
    stat(
        "Last tick",
        "How long ago the last completed tick was, of the pod where that is longest.",
        f"max({LAST_TICK})",
        unit="s",
        thresholds=TICK_AGE,
        mappings=[NEVER],
        size=(3, 4),
    ),
    stat(
        "Calls that fail",
        "RPCs a second that ended with a code that says that something is wrong; KEDA gets errors.",
        f"sum(rate(loadline_grpc_requests_total{{{JOB}, {WRONG_CODES}}}[$__rate_interval])) or 0 * sum({each('loadline_grpc_open_streams')})",
        unit="reqps",
        thresholds=steps(GREEN, (0.001, RED)),
        size=(3, 4),
    ),
    stat(
        "Sources failing",
        "Sources of which a query failed when they were last asked, at any pod.",
        f"sum(1 - min by (source) ({each('loadline_source_up')}))",
        thresholds=NONE_IS_GOOD,
        size=(3, 4),
    ),
    stat(
        "Journals failing",
        "Pods whose latest write to the journal failed. Decisions go on, their record has gaps.",
        f"sum(1 - {each('loadline_journal_up')})",
        thresholds=NONE_IS_GOOD,
        size=(3, 4),
    ),
    stat(
        "Not watched",
        "Resources of Kubernetes of which changes are not heard, at any pod: what was known last stays.",
        f"sum(1 - min by (resource, watched_namespace) ({each('loadline_kubernetes_watching')}))",
        thresholds=NONE_IS_GOOD,
        nothing="no Kubernetes",
        size=(3, 4),
    ),
    stat(
        "Messages waiting",
        "Messages that wait to be sent to webhooks, or to be tried again.",
        f"sum({each('loadline_webhook_queued')})",
        thresholds=steps(GREEN, (10, ORANGE), (500, RED)),
        nothing="no webhook",
        size=(3, 4),
    ),
    stat(
        "Certificate",
        "Until the certificate of the gRPC port that ends first ends.",
        f"min({each('loadline_tls_certificate_expiry_timestamp_seconds')} - time())",
        unit="s",
        thresholds=steps(RED, (7 * 86400, ORANGE), (14 * 86400, GREEN)),
        nothing="no TLS",
        size=(3, 4),
    ),
    table(
        "Builds",
        "Which build each pod is. Two versions: an upgrade is under way.",
        [(None, f"count by (version, instance) ({each('loadline_build_info')})", {})],
        size=(8, 5),
    ),
    stat("Policies", "Policies in force.", f"max({each('loadline_policies')})", size=(4, 5)),
    stat(
        "Policies taken up",
        "How often a set of policies was taken up in the last hour, at the pod where that was most.",
        f"max(increase({each('loadline_policy_reloads_total')}[1h]))",
        decimals=0,
        size=(4, 5),
    ),
    lines("Bindings", "Bindings that are decided for, by pod.", query(each("loadline_bindings"), POD), least=0, size=(8, 5)),
]


def made():
    return dashboard(
        "service",
        "Itself",
        "Loadline itself: does it tick, does it answer, and what is it short of?",
        [DATASOURCE, JOB_VARIABLE],
        NOW + TICKS + CALLS + SOURCES + JOURNAL + MEMORY + KUBERNETES + WEBHOOKS + TLS,
    )
