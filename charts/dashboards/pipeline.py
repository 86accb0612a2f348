"""The pipeline that is scaled: its queue, how long its work takes, how much it gets done. The metrics are the pipeline's own:
their names, and the label that tells pipelines apart, are variables, which begin as those of examples/cdc-keda."""

from dashboard import DATASOURCE, dashboard, labels, names
from panels import GREEN, ORANGE, RED, lines, query, row, stat, steps

VARIABLES = [
    DATASOURCE,
    names("label", "Label", "The label that tells pipelines apart.", "source", "namespace", "pipeline", "queue", "job"),
    names("depth", "Queue depth", "Gauge: items that wait.", "philotes_buffer_depth"),
    labels("value", "Pipeline", "$depth", "$label"),
    names("arrived", "Arrived", "Counter: items that came.", "philotes_cdc_events_total"),
    names("processed", "Processed", "Counter: items that are done.", "philotes_buffer_events_processed_total"),
    names("lag", "Lag", "Gauge: seconds behind.", "philotes_cdc_lag_seconds"),
    names("batches", "Batches", "Counter: batches that ended.", "philotes_buffer_batches_total"),
    names("failed", "Given up", "Counter: items that could not be processed.", "philotes_buffer_dlq_total"),
    names(
        "duration",
        "Duration",
        "Histogram, without _bucket: how long a piece of work took, in seconds.",
        "philotes_iceberg_commit_duration_seconds",
    ),
    labels("workload", "Its workers", "kube_horizontalpodautoscaler_info", "scaletargetref_name", many=False),
]
WHERE = '{$label=~"$value"}'
EACH = "{{$label}}"

DEPTH = f"max by ($label) ($depth{WHERE})"  # each worker says the same of the one queue
LAG = f"max by ($label) ($lag{WHERE})"


def rate(metric):
    return f"sum by ($label) (rate(${metric}{WHERE}[$__rate_interval]))"


GROWS = f"{rate('arrived')} - {rate('processed')}"
READY = 'sum(max by (namespace, deployment) (kube_deployment_status_replicas_ready{deployment=~"$workload"}))'


def took(share):
    return f"histogram_quantile({share}, sum by (le, $label) (rate(${{duration}}_bucket{WHERE}[$__rate_interval])))"


NOW = [
    row("Now"),
    stat("Waiting", "Items in the queue, of the longest one.", f"max({DEPTH})", unit="short"),
    stat(
        "Behind",
        "How far the pipeline is behind, where that is furthest.",
        f"max({LAG})",
        unit="s",
        thresholds=steps(GREEN, (60, ORANGE), (300, RED)),
    ),
    stat(
        "Grows by",
        "Items a second that come above those that are done; below zero the queue shrinks.",
        f"sum({GROWS})",
        unit="ops",
        decimals=1,
        thresholds=steps(GREEN, (1, ORANGE)),
    ),
    stat("Done", "Items a second that are processed.", f"sum({rate('processed')})", unit="ops", decimals=1),
    stat(
        "95 % take less than",
        "How long a piece of work takes, of the slowest pipeline. Not known while none ended.",
        f"max({took(0.95)} >= 0)",
        unit="s",
    ),
    stat("Ready $workload", "Ready replicas of the Deployment that is chosen as its workers, by kube-state-metrics.", READY),
]

QUEUE = [
    row("The queue"),
    lines("Depth", "Items that wait.", query(DEPTH, EACH), unit="short", least=0),
    lines(
        "Lag",
        "Seconds behind. The lines are where examples/cdc-keda wakes a worker, and asks for one more each.",
        query(LAG, EACH),
        unit="s",
        thresholds=steps(GREEN, (60, ORANGE), (300, RED)),
        least=0,
    ),
    lines(
        "In and out",
        "Items a second that come, and that are done.",
        query(rate("arrived"), f"{EACH} arrived"),
        query(rate("processed"), f"{EACH} processed"),
        unit="ops",
        least=0,
    ),
    lines(
        "Time until empty",
        "Depth, divided by what is done above what comes. No line while the queue does not shrink: then it is never.",
        query(f"{DEPTH} / (0 - ({GROWS} < 0))", EACH),
        unit="s",
        least=0,
    ),
]

WORK = [
    row("The work"),
    lines(
        "Durations",
        "How long pieces of work take. No line while none ended.",
        query(took(0.5), f"{EACH} half"),
        query(took(0.95), f"{EACH} 95 %"),
        query(took(0.99), f"{EACH} 99 %"),
        unit="s",
        least=0,
    ),
    lines("Batches", "Batches a second that ended.", query(rate("batches"), EACH), unit="ops", least=0),
    lines(
        "Given up",
        "Items a second that could not be processed.",
        query(rate("failed"), EACH),
        unit="ops",
        thresholds=steps(GREEN, (0.001, RED)),
        least=0,
    ),
    lines(
        "Done by each worker",
        "Items a second that are processed, of all pipelines that are chosen, by each ready replica of $workload: what perReplica and "
        "throughputPerReplica of a policy are about.",
        query(f"sum({rate('processed')}) / ({READY} > 0)", "each"),
        unit="ops",
        least=0,
    ),
]


def made():
    return dashboard(
        "pipeline",
        "Pipeline",
        "What is scaled: its queue, how long its work takes, how much it gets done.",
        VARIABLES,
        NOW + QUEUE + WORK,
    )
