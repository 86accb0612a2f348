"""One binding: what is wanted, what is there, and what is known of why."""

from dashboard import DATASOURCE, dashboard, labels, of_binding
from panels import COLORED, GREEN, ORANGE, RED, dashed, lines, note, override, query, row, stat, steps, table, timeline
from words import (
    ACTIVE,
    BINDING,
    CONFIDENCE,
    EFFECTIVENESS,
    HPA,
    JOB,
    LAST_TICK,
    NEVER,
    NO_ERROR,
    NONE_IS_GOOD,
    TICK_AGE,
    hpa,
    latest,
    ready,
    to,
    words,
)

# Triggers of one object and policy are told apart by their parameters.
ONE = f'{BINDING}, parameters=~"$parameters"'
PARAMETERS = labels("parameters", "Parameters", f"loadline_decision_error{{{BINDING}}}", "parameters")
HPA_OF_OBJECT = labels(
    "hpa",
    "HPA",
    'kube_horizontalpodautoscaler_info{namespace=~"$namespace", horizontalpodautoscaler=~"keda-hpa-$object|$object"}',
    "horizontalpodautoscaler",
    many=False,
)
THE_SAME = {"namespace": "${namespace}", "object": "${object}", "policy": "${policy}"}


def of_one(metric, how="max"):
    return latest(metric, how, ONE)


NOW = [
    row("Now"),
    stat(
        "Wanted",
        "The replicas that the latest decision asks for, fractional; not there while it is an error.",
        of_one("loadline_wanted_replicas"),
        decimals=1,
        size=(3, 4),
    ),
    stat(
        "Observed",
        "The replicas that the decision saw, where its policy looks at them and they are known.",
        of_one("loadline_observed_replicas"),
        size=(3, 4),
    ),
    stat(
        "Ready",
        "Ready replicas of what the HPA scales, by kube-state-metrics.",
        ready(),
        links=[to("hpa", "Its HPA", **THE_SAME)],
        size=(3, 4),
    ),
    stat(
        "Error",
        "Whether the latest decision is an error, which KEDA then gets in the place of a number.",
        of_one("loadline_decision_error"),
        mappings=[NO_ERROR],
        thresholds=NONE_IS_GOOD,
        nothing="no such binding",
        size=(3, 4),
    ),
    stat(
        "Activity",
        "Whether KEDA is told that it is active; not there while the decision is an error.",
        of_one("loadline_active"),
        mappings=[ACTIVE],
        size=(3, 4),
    ),
    stat(
        "Confidence",
        "How far the latest decision is to be trusted, 0 to 1 (docs/confidence.md).",
        of_one("loadline_decision_confidence", "min"),
        unit="percentunit",
        thresholds=CONFIDENCE,
        size=(3, 4),
    ),
    stat(
        "Followed",
        "How well its decisions were followed in the last 24 hours, 0 to 1; not there while it is not known.",
        of_one("loadline_hpa_effectiveness", "min"),
        unit="percentunit",
        thresholds=EFFECTIVENESS,
        links=[to("hpa", "Its HPA", **THE_SAME)],
        size=(3, 4),
    ),
    stat(
        "Last tick",
        "How long ago the last completed tick was, of the pod where that is longest: numbers here are as old as that.",
        f"max({LAST_TICK})",
        unit="s",
        thresholds=TICK_AGE,
        mappings=[NEVER],
        links=[to("service", "Loadline itself")],
        size=(3, 4),
    ),
]

WANT_AND_HAVE = [
    row("Want and have"),
    dashed(
        lines(
            "Replicas",
            "What is wanted, seen and there. The HPA rounds up, waits, and stays within the bounds of the ScaledObject "
            "(dashed): where desired lies on a bound that wanted is beyond, it is clamped.",
            query(of_one("loadline_wanted_replicas"), "wanted {{parameters}}"),
            query(of_one("loadline_observed_replicas"), "observed {{parameters}}"),
            query(hpa("status_desired_replicas"), "HPA desires"),
            query(hpa("status_current_replicas"), "HPA sees"),
            query(ready(), "ready"),
            query(hpa("spec_min_replicas"), "HPA's minimum"),
            query(hpa("spec_max_replicas"), "HPA's maximum"),
            as_steps=True,
            least=0,
            size=(24, 11),
        ),
        "^HPA's",
    ),
    timeline(
        "Errors over time",
        "error: KEDA gets an error in the place of a number.",
        query(of_one("loadline_decision_error"), "{{parameters}} error"),
        mappings=[NO_ERROR],
        thresholds=NONE_IS_GOOD,
        size=(8, 6),
    ),
    timeline(
        "Activity over time",
        "Whether KEDA is told that it is active. A gap: the decision is an error.",
        query(of_one("loadline_active"), "{{parameters}} active"),
        mappings=[ACTIVE],
        size=(8, 6),
    ),
    timeline(
        "What bounds the HPA",
        "ScalingLimited: its minimum, maximum or rate keeps it from what it would do. ScalingActive false: it "
        "gets no metric. AbleToScale false: it may not scale now.",
        query(f'max by (condition) (kube_horizontalpodautoscaler_status_condition{{{HPA}, status="true"}})', "{{condition}}"),
        mappings=[words(_0=("no", "text"), _1=("yes", "blue"))],
        size=(8, 6),
    ),
]

WHY = [
    row("Why"),
    override(lines(
        "What each signal asks for",
        "Demand of each signal in replicas, also while it is held, one on the other; floors and ceilings beside. A gap: it takes no "
        "part, or has no law, as in an expression. The policy says how they become one number (combine): as a rule the highest "
        "wins, and then the upper edge is nobody's demand.",
        query(
            f"max by (signal, role) (loadline_signal_demand_replicas{{{ONE}}})",
            "{{signal}} ({{role}})",
        ),
        as_steps=True,
        stacked=True,
        least=0,
        size=(12, 9),
    ), "(floor|ceiling)", ("custom.stacking", {"mode": "none", "group": "A"}), ("custom.fillOpacity", 0)),
    lines(
        "What changed that number",
        "By how much each stage after combine raised or lowered it: rules, stabilising, step limits, floors, overrides, bounds, "
        "budgets. Nothing drawn: the demand was followed as it is.",
        query(
            f"max by (stage, reason) (loadline_decision_change_replicas{{{ONE}}})",
            "{{reason}} ({{stage}})",
        ),
        as_steps=True,
        size=(12, 9),
    ),
    timeline(
        "Which signal won",
        "The signal whose demand won the combine; what later stages made of it stands above. A gap: none did, as in a sum or an "
        "expression, or the decision is an error.",
        query(f"max by (signal) (loadline_decision_winner{{{ONE}}})", "{{signal}}"),
        mappings=[words(_1=("won", GREEN))],
        size=(24, 6),
    ),
    note(
        "In words",
        """Signals, the one that won, and what each step made of it:

    kubectl loadline explain ${namespace}/${object}
    kubectl loadline explain ${namespace}/${object} --at 03:12
    kubectl loadline history ${namespace}/${object} --from 24h

With a journal in PostgreSQL the dashboard [Why](/d/loadline-why?var-namespace=${namespace}&var-object=${object}&var-policy=${policy})
has the sentences, too.""",
        size=(12, 8),
    ),
    lines(
        "Confidence over time",
        "How far the latest decision is to be trusted. Below 0.5 it hangs on what was held, assumed or left out.",
        query(of_one("loadline_decision_confidence", "min"), "{{parameters}}"),
        unit="percentunit",
        thresholds=steps(RED, (0.5, ORANGE), (0.8, GREEN)),
        least=0,
        most=1,
    ),
    table(
        "Findings",
        "What KEDA takes without a word and then does something else, of this object. /api/v1/problems says how to mend it.",
        [(None, f'max by (kind, finding, severity) (loadline_finding{{{JOB}, namespace=~"$namespace", name=~"$object"}})', {})],
        nothing="no finding, or Kubernetes is not watched",
        size=(12, 7),
    ),
    table(
        "Forecasts",
        "Of its signals that have one. loss below naive: it beats the best naive rule, which it has to. A click leads to all "
        "about them.",
        [
            (
                "there is none",
                f"max by (signal) (loadline_forecast_problem{{{ONE}}})",
                {"mappings": [words(_0=("there", GREEN), _1=("none", RED))], **COLORED},
            ),
            (
                "trusted",
                f"min by (signal) (loadline_forecast_trusted{{{ONE}}})",
                {"mappings": [words(_0=("not trusted", ORANGE), _1=("trusted", GREEN))], **COLORED},
            ),
            ("loss", f"max by (signal) (loadline_forecast_loss{{{ONE}}})", {"decimals": 3}),
            ("naive", f"max by (signal) (loadline_forecast_naive_loss{{{ONE}}})", {"decimals": 3}),
        ],
        links=[to("forecasts", "Its forecasts", **THE_SAME)],
        nothing="-",
        size=(12, 7),
    ),
]


def made():
    return dashboard(
        "binding",
        "Binding",
        "One binding: what is wanted, what is there, and why.",
        [DATASOURCE, *of_binding(many=False), PARAMETERS, HPA_OF_OBJECT],
        NOW + WANT_AND_HAVE + WHY,
    )
