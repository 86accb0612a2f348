"""All bindings: is anything wrong, and with whom?"""

from dashboard import DATASOURCE, dashboard, of_binding
from panels import COLORED, GREEN, ORANGE, RED, lines, query, row, stat, steps, table, timeline
from words import (
    ACTIVE,
    CONFIDENCE,
    EFFECTIVENESS,
    JOB,
    LAST_TICK,
    NEVER,
    NO_ERROR,
    NONE_IS_GOOD,
    TICK_AGE,
    TRIGGER,
    UP,
    binding_of_line,
    binding_of_row,
    counted,
    latest,
    to,
)

SERVICE = [to("service", "Loadline itself")]
ERRORS = latest("loadline_decision_error")
CONFIDENCES = latest("loadline_decision_confidence", "min")
BAD_POLICIES = f'max by (file, policy_namespace, policy, last_good) (loadline_policy_problems{{{JOB}, severity="error"}})'
FOUND = f'max by (namespace, name, kind, finding, severity) (loadline_finding{{{JOB}, namespace=~"$namespace", name=~"$object"}})'
ERRORS_FOUND = FOUND.replace("{job", '{severity="error", job')

NOW = [
    row("Now"),
    stat(
        "Pods up",
        "Loadline pods that can be scraped. While none is there, replica counts hold, and KEDA may still call a ScaledObject "
        "Ready.",
        f"sum(up{{{JOB}}})",
        thresholds=steps(RED, (1, GREEN)),
        links=SERVICE,
        nothing="none known",
        size=(3, 4),
    ),
    stat(
        "Last tick",
        "How long ago the last completed tick was, of the pod where that is longest. Answers become errors when they are "
        "older than their policy's hold.",
        f"max({LAST_TICK})",
        unit="s",
        thresholds=TICK_AGE,
        mappings=[NEVER],
        links=SERVICE,
        size=(3, 4),
    ),
    stat(
        "In error",
        "Bindings whose latest decision is an error: KEDA gets it in the place of a number.",
        f"sum({ERRORS})",
        thresholds=NONE_IS_GOOD,
        nothing="no binding",
        size=(3, 4),
    ),
    stat(
        "Hardly trusted",
        "Bindings whose latest decision has a confidence below 0.5.",
        counted(f"{CONFIDENCES} < 0.5", CONFIDENCES),
        thresholds=steps(GREEN, (1, ORANGE)),
        nothing="no decision",
        size=(3, 4),
    ),
    stat(
        "Sources failing",
        "Sources of which a query failed when they were last asked, at any pod. Demands are held, then become errors.",
        f"sum(1 - min by (source) (loadline_source_up{{{JOB}}}))",
        thresholds=NONE_IS_GOOD,
        links=SERVICE,
        size=(3, 4),
    ),
    stat(
        "Documents bad",
        "Documents with an error: they are not in force as they stand.",
        f"count({BAD_POLICIES}) or 0 * max(loadline_policies{{{JOB}}})",
        thresholds=NONE_IS_GOOD,
        size=(3, 4),
    ),
    stat(
        "Grave findings",
        "Kinds of findings, of severity error, about objects that use a policy. Only where Kubernetes is watched.",
        f"count({ERRORS_FOUND}) or 0 * max(loadline_kubernetes_objects{{{JOB}}})",
        thresholds=NONE_IS_GOOD,
        nothing="not watched",
        size=(3, 4),
    ),
    stat(
        "Bindings",
        "Bindings that are decided for: triggers that have called within bindings.forgetAfter or hold a StreamIsActive open.",
        f"max(loadline_bindings{{{JOB}}})",
        size=(3, 4),
    ),
]

BINDINGS = [
    row("Bindings"),
    table(
        "Each binding",
        "The latest decision of each trigger. A click leads to the binding. What is empty is not known: wanted while the "
        "decision is an error, observed where the policy does not look at replicas, followed where no HPA is watched.",
        [
            ("error", ERRORS, {"mappings": [NO_ERROR], "thresholds": NONE_IS_GOOD, **COLORED}),
            ("wanted", latest("loadline_wanted_replicas"), {"decimals": 1}),
            ("observed", latest("loadline_observed_replicas"), {"decimals": 0}),
            ("active", latest("loadline_active"), {"mappings": [ACTIVE], **COLORED}),
            ("confidence", CONFIDENCES, {"unit": "percentunit", "thresholds": CONFIDENCE, **COLORED}),
            (
                "followed",
                latest("loadline_hpa_effectiveness", "min"),
                {"unit": "percentunit", "thresholds": EFFECTIVENESS, **COLORED},
            ),
        ],
        sort=[("error", True)],
        links=binding_of_row(),
        nothing="-",
        size=(24, 10),
    ),
]

OVER_TIME = [
    row("Over time"),
    lines(
        "Wanted",
        "The replicas that the latest decision asks for, fractional; no line while it is an error.",
        query(latest("loadline_wanted_replicas"), TRIGGER),
        links=binding_of_line(),
        least=0,
    ),
    lines(
        "Wanted, above what is observed",
        "Replicas that are asked for and not there yet; below zero: there, and not asked for any "
        "more. Of bindings whose policy looks at replicas.",
        query(f"{latest('loadline_wanted_replicas')} - {latest('loadline_observed_replicas')}", TRIGGER),
        links=binding_of_line(),
    ),
    lines(
        "All together",
        "Replicas of all bindings that are chosen, those only whose replicas are observed, so that both are of the same.",
        query(f"sum({latest('loadline_wanted_replicas')} and {latest('loadline_observed_replicas')})", "wanted"),
        query(f"sum({latest('loadline_observed_replicas')} and {latest('loadline_wanted_replicas')})", "observed"),
        least=0,
    ),
    lines(
        "Active, and in error",
        "Bindings that are active, of those with an answer; and those whose decision is an error.",
        query(f"sum({latest('loadline_active')})", "active"),
        query(f"sum({ERRORS})", "in error"),
        least=0,
    ),
]

WRONG = [
    row("What is wrong"),
    table(
        "Findings",
        "What KEDA takes without a word and then does something else. /api/v1/problems says how to mend each "
        "(docs/kubernetes.md).",
        [(None, FOUND, {})],
        sort=[("severity", False)],
        links=binding_of_row(policy=False),
        nothing="no finding, or Kubernetes is not watched",
        size=(12, 8),
    ),
    table(
        "Problems of documents",
        "With an error the document is not in force as it stands: last_good true says that an earlier version "
        "is, false that its bindings get errors.",
        [("problems", f"max by (file, policy_namespace, policy, severity, last_good) (loadline_policy_problems{{{JOB}}})", {})],
        sort=[("severity", False)],
        nothing="no problem, or no pod is up",
        size=(12, 8),
    ),
    timeline(
        "Which are in error",
        "Bindings whose decisions were errors. All others are left out.",
        query(f"{ERRORS} == 1", TRIGGER),
        mappings=[NO_ERROR],
        links=binding_of_line(),
    ),
    timeline(
        "Sources",
        "fails: a query failed when the source was last asked. A refused query or an empty result is no failure of the source.",
        query(f"min by (source) (loadline_source_up{{{JOB}}})", "{{source}}"),
        mappings=[UP],
        links=SERVICE,
    ),
]


def made():
    return dashboard(
        "fleet",
        "Fleet",
        "All bindings: is anything wrong, and with whom?",
        [DATASOURCE, *of_binding(many=True)],
        NOW + BINDINGS + WRONG + OVER_TIME,
    )
