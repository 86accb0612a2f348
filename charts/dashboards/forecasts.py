"""Forecasts: is there one, is it trusted, and does it deserve it?"""

from dashboard import DATASOURCE, dashboard, labels, of_binding
from panels import COLORED, GREEN, ORANGE, RED, dashed, lines, query, row, stat, steps, table, timeline
from words import BINDING, JOB, binding_of_row, counted, latest, per_second, quantile, words

ONE = f'{BINDING}, signal=~"$signal"'
BY = "namespace, name, policy, parameters, signal"
SIGNAL = "{{namespace}}/{{name}} {{parameters}} {{signal}}"
SIGNALS = labels("signal", "Signal", f"loadline_forecast_problem{{{BINDING}}}", "signal")

PROBLEM = words(_0=("there", GREEN), _1=("none", RED))
TRUST = words(_0=("not trusted", ORANGE), _1=("trusted", GREEN))
# forecasts.refit is 10 min and forecasts.lead 1 min by default: older than two refits and a lead is none in time.
AGE = steps(GREEN, (21 * 60, ORANGE), (3600, RED))
BEATEN = steps(GREEN, (1, RED))


def of(metric, how="max"):
    return latest(f"loadline_forecast_{metric}", how, ONE, BY)


RATIO = f"{of('loss')} / ({of('naive_loss')} > 0)"

NOW = [
    row("Now"),
    stat("Forecasts", "Signals of bindings with a forecast that is not off.", f"count({of('problem')})", nothing="none"),
    stat(
        "Without one",
        "Signals for which there is none: not fitted yet, too little history, or the source does not answer. The binding "
        "scales by what is measured.",
        f"sum({of('problem')})",
        thresholds=steps(GREEN, (1, ORANGE)),
        nothing="none",
    ),
    stat(
        "Not trusted",
        "Forecasts that have not earned trust: they are watched, and move nothing.",
        counted(f"{of('trusted', 'min')} == 0", of("trusted")),
        thresholds=steps(GREEN, (1, ORANGE)),
        nothing="none",
    ),
    stat(
        "Oldest",
        "From the end of the history that it was made from to the decision, of the oldest. Between forecasts.lead and that and "
        "forecasts.refit more, while all is well.",
        f"max({of('age_seconds')})",
        unit="s",
        thresholds=AGE,
        nothing="none",
    ),
    stat(
        "Refits that failed",
        "Of the last hour, at the pod with most: the source did not answer, or there is too little history.",
        f'max(sum by (instance) (increase(loadline_forecast_refits_total{{{JOB}, outcome="failed"}}[1h])))',
        decimals=0,
        thresholds=steps(GREEN, (1, ORANGE)),
    ),
    stat(
        "Refits",
        "Of the last hour, at the pod with fewest.",
        f'min(sum by (instance) (increase(loadline_forecast_refits_total{{{JOB}, outcome="fitted"}}[1h])))',
        decimals=0,
    ),
]

TRUSTED = [
    row("What each has earned"),
    table(
        "Each forecast",
        "What each has earned. Losses are in units of a usual change, so that they compare between workloads; a loss that is "
        "less than the naive one beats the best naive rule. A click leads to the binding.",
        [
            ("forecast", of("problem"), {"mappings": [PROBLEM], **COLORED}),
            ("trust", of("trusted", "min"), {"mappings": [TRUST], **COLORED}),
            ("of naive loss", RATIO, {"unit": "percentunit", "thresholds": BEATEN, **COLORED}),
            ("loss", of("loss"), {"decimals": 3}),
            ("naive loss", of("naive_loss"), {"decimals": 3}),
            ("coverage", of("coverage"), {"unit": "percentunit"}),
            ("corrected coverage", of("corrected_coverage"), {"unit": "percentunit"}),
            ("age", of("age_seconds"), {"unit": "s", "thresholds": AGE, **COLORED}),
        ],
        sort=[("forecast", True)],
        links=binding_of_row(),
        nothing="-",
    ),
    timeline(
        "Trust",
        "Whether it has earned trust. A gap: there was no forecast.",
        query(of("trusted", "min"), SIGNAL),
        mappings=[TRUST],
        size=(12, 8),
    ),
    lines(
        "Loss, as a share of the naive loss",
        "Its own mean pinball loss, divided by that of the best naive rule. It has to stay below 100 %.",
        query(RATIO, SIGNAL),
        unit="percentunit",
        thresholds=BEATEN,
        least=0,
    ),
    dashed(
        lines(
            "Coverage",
            "Share of the judged past that lay at or below the quantile: as it was forecast (dashed), and with the correction "
            "that was known at each time, which is to be near the stated quantile.",
            query(of("corrected_coverage"), SIGNAL),
            query(of("coverage"), f"{SIGNAL} as forecast"),
            unit="percentunit",
            most=1,
        ),
        "as forecast$",
    ),
    lines(
        "Age",
        "From the end of the history that it was made from to the decision.",
        query(of("age_seconds"), SIGNAL),
        unit="s",
        thresholds=AGE,
        least=0,
    ),
]

WORK = [
    row("The work"),
    lines(
        "Refits that ended",
        "Refits of forecasts, and of numbers that are learned, that ended, of all pods. failed: the source did not answer, or "
        "there is too little history.",
        query(per_second("loadline_forecast_refits_total", "outcome"), "{{outcome}}"),
        unit="ops",
        least=0,
    ),
    lines(
        "Processor time of a refit",
        "Of refits that were fitted; about one an hour for each forecast judges trust, too, and takes "
        "longest. No line while there was none.",
        query(quantile(0.5, "loadline_forecast_refit_cpu_seconds", "job"), "half take less"),
        query(quantile(0.95, "loadline_forecast_refit_cpu_seconds", "job"), "95 % take less"),
        unit="s",
        least=0,
    ),
]


def made():
    return dashboard(
        "forecasts",
        "Forecasts",
        "Forecasts: is there one, is it trusted, and does it deserve it?",
        [DATASOURCE, *of_binding(many=True), SIGNALS],
        NOW + TRUSTED + WORK,
        span="now-24h",
    )
