"""What HPAs do about decisions: do they follow, how fast, and what keeps them from it?"""

from dashboard import DATASOURCE, dashboard, labels, of_binding
from panels import BLUE, COLORED, GREEN, GREY, ORANGE, RED, dashed, lines, query, row, stat, steps, table, timeline
from words import BINDING, EFFECTIVENESS, HPA, JOB, TRIGGER, binding_of_line, binding_of_row, counted, hpa, latest, ready, words

# KEDA's names. Where a ScaledObject names its HPA itself, that name has to be typed in.
HPAS = labels(
    "hpa",
    "HPA",
    'kube_horizontalpodautoscaler_info{namespace=~"$namespace", horizontalpodautoscaler=~"keda-hpa-$object|$object"}',
    "horizontalpodautoscaler",
    listed=True,  # others are not scaled by KEDA
)

NAMED = "{{namespace}}/{{horizontalpodautoscaler}}"
YES = words(_0=("no", GREY), _1=("yes", BLUE))
GETS = words(_0=("no metric", RED), _1=("gets metrics", GREEN))
OF_OBJECT = "namespace, name"


def condition(name, status):
    return hpa("status_condition", f', condition="{name}", status="{status}"')


def of_object(found):
    """Of several triggers of an object the HPA takes the highest."""
    return f'max by ({OF_OBJECT}) (label_replace({found}, "name", "$1", "horizontalpodautoscaler", "(?:keda-hpa-)?(.*)"))'


NOW = [
    row("Now"),
    stat(
        "Least followed",
        "How well decisions were followed in the last 24 hours, 0 to 1, of the binding where that is least.",
        f"min({latest('loadline_hpa_effectiveness', 'min')})",
        unit="percentunit",
        thresholds=EFFECTIVENESS,
    ),
    stat(
        "Without a metric",
        "HPAs whose condition ScalingActive is false: they get no metric, and hold their count.",
        counted(f"{condition('ScalingActive', 'false')} == 1", hpa("status_current_replicas")),
        thresholds=steps(GREEN, (1, RED)),
    ),
    stat(
        "Limited",
        "HPAs that their minimum, maximum or rate keeps from what they would do.",
        counted(f"{condition('ScalingLimited', 'true')} == 1", hpa("status_current_replicas")),
        thresholds=steps(GREEN, (1, ORANGE)),
    ),
    stat(
        "At their maximum",
        "HPAs that desire as many as they may have: there may be more load than that.",
        counted(f"{hpa('status_desired_replicas')} >= {hpa('spec_max_replicas')}", hpa("status_desired_replicas")),
        thresholds=steps(GREEN, (1, ORANGE)),
    ),
    stat(
        "On their way",
        "HPAs that desire another number than they see.",
        counted(f"{hpa('status_desired_replicas')} != {hpa('status_current_replicas')}", hpa("status_desired_replicas")),
    ),
    stat(
        "Slowest to be ready",
        "Of the latest scale-up of each binding: from the decision that first asked for the replicas until they were ready.",
        f"max({latest('loadline_hpa_ready_after_seconds')})",
        unit="s",
        nothing="no scale-up known",
    ),
]

EACH = [
    row("Each object"),
    table(
        "Wanted, desired, there",
        "By object: what the decisions want (of several triggers the most), what the HPA desires and sees, what is "
        "ready, and the HPA's bounds. A click leads to the binding.",
        [
            ("wanted", latest("loadline_wanted_replicas", by=OF_OBJECT), {"decimals": 1}),
            ("desired", of_object(hpa("status_desired_replicas")), {}),
            ("current", of_object(hpa("status_current_replicas")), {}),
            ("ready", of_object(ready()), {}),
            ("minimum", of_object(hpa("spec_min_replicas")), {}),
            ("maximum", of_object(hpa("spec_max_replicas")), {}),
            (
                "followed",
                latest("loadline_hpa_effectiveness", "min", by=OF_OBJECT),
                {"unit": "percentunit", "thresholds": EFFECTIVENESS, **COLORED},
            ),
            ("ready after", latest("loadline_hpa_ready_after_seconds", by=OF_OBJECT), {"unit": "s"}),
        ],
        sort=[("followed", False)],
        links=binding_of_row(policy=False),
        nothing="-",
    ),
    dashed(
        lines(
            "Replicas",
            "Current, desired and ready, and the HPA's bounds (dashed).",
            query(hpa("status_current_replicas"), f"{NAMED} current"),
            query(hpa("status_desired_replicas"), f"{NAMED} desired"),
            query(ready(), f"{NAMED} ready"),
            query(hpa("spec_min_replicas"), f"{NAMED} minimum"),
            query(hpa("spec_max_replicas"), f"{NAMED} maximum"),
            as_steps=True,
            least=0,
            size=(24, 10),
        ),
        "m[ai][nx]imum$",
    ),
    lines(
        "Desired, above what is wanted",
        "By object. Wanted is rounded up here as the HPA does. Above zero: another trigger asks for more, "
        "or a scale-down waits for its window. Below: a bound or a rate keeps it, or its tolerance.",
        query(
            f"{of_object(hpa('status_desired_replicas'))} - ceil({latest('loadline_wanted_replicas', by=OF_OBJECT)})",
            "{{namespace}}/{{name}}",
        ),
    ),
    lines(
        "Desired, above what is ready",
        "Replicas that the HPA has asked for and that are not ready yet; below zero: that are on their way out.",
        query(f"{hpa('status_desired_replicas')} - on (namespace, horizontalpodautoscaler) ({ready()})", NAMED),
    ),
]

def events(offset=""):
    return f"max by (namespace, name, event, trigger) (loadline_binding_hpa_events_total{{{BINDING}}}{offset})"


# A series begins with its first event, of which increase() would say nothing.
NEW_EVENTS = f"clamp_min({events()} - ({events(' offset $__rate_interval')} or {events()} * 0), 0)"

TRIGGERS = [
    row("Events and what triggers them"),
    lines(
        "Events",
        "What HPAs did about decisions, of all bindings: scale-up, scale-down, no-scale (for 45 s not towards what is "
        "wanted), limited-scale (the HPA says that a limit is why). Each pod counts them all: of pods the highest.",
        query(f"max by (event) (increase(loadline_hpa_events_total{{{JOB}}}[$__rate_interval]))", "{{event}}"),
        least=0,
    ),
    lines(
        "Events of these objects, by trigger",
        "The same of the objects that are chosen, by the HPA's metric that it went by; no trigger: it went by none. "
        "/api/v1/hpa-events has each with its numbers.",
        query(NEW_EVENTS, "{{namespace}}/{{name}} {{event}} {{trigger}}"),
        least=0,
    ),
    lines(
        "Metrics, as shares of their targets",
        "What each HPA measures, divided by what it aims at: the one furthest above 100 % "
        "triggers a scale-up, all below it allow a scale-down. s0-NAME is a trigger of KEDA's; the HPA's tolerance is 10 % unless stated.",
        query(
            f"max by (namespace, horizontalpodautoscaler, metric_name, metric_target_type) (kube_horizontalpodautoscaler_status_target_metric{{{HPA}}})"
            " / on (namespace, horizontalpodautoscaler, metric_name, metric_target_type) "
            f"max by (namespace, horizontalpodautoscaler, metric_name, metric_target_type) (kube_horizontalpodautoscaler_spec_target_metric{{{HPA}}} > 0)",
            f"{NAMED} {{{{metric_name}}}}",
        ),
        unit="percentunit",
        thresholds=steps(GREEN, (1.1, ORANGE)),
        least=0,
    ),
    timeline(
        "Which are limited",
        "yes: the HPA's minimum, maximum or rate keeps it from what it would do.",
        query(condition("ScalingLimited", "true"), NAMED),
        mappings=[YES],
        size=(12, 7),
    ),
    timeline(
        "Metrics there",
        "no metric: the HPA gets none, and holds its count.",
        query(condition("ScalingActive", "true"), NAMED),
        mappings=[GETS],
        size=(12, 7),
    ),
]

HOW_WELL = [
    row("How well they follow"),
    lines(
        "Effectiveness",
        "How well each binding's decisions were followed in the last 24 hours, 0 to 1. 1 is at once and all the time "
        "(docs/kubernetes.md).",
        query(latest("loadline_hpa_effectiveness", "min"), TRIGGER),
        unit="percentunit",
        thresholds=EFFECTIVENESS,
        links=binding_of_line(),
        least=0,
        most=1,
    ),
    lines(
        "Ready after",
        "Of the latest scale-up of each binding: from the decision that first asked for the replicas until they were ready. "
        "No line where there was none.",
        query(latest("loadline_hpa_ready_after_seconds"), TRIGGER),
        unit="s",
        links=binding_of_line(),
        as_steps=True,
        least=0,
    ),
]


def made():
    return dashboard(
        "hpa",
        "HPA",
        "What HPAs do about decisions: do they follow, how fast, and what keeps them from it?",
        [DATASOURCE, *of_binding(many=True), HPAS],
        NOW + EACH + TRIGGERS + HOW_WELL,
    )
