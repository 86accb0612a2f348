"""What the dashboards share: how Loadline's own series are chosen, joined, and led on from."""

from panels import GREEN, GREY, ORANGE, RED, link, steps, word_from, words

JOB = 'job=~"$job"'
BINDING = f'{JOB}, namespace=~"$namespace", name=~"$object", policy=~"$policy"'
BY = "namespace, name, policy, parameters"
TRIGGER = "{{namespace}}/{{name}} {{policy}} {{parameters}}"
HPA = 'namespace=~"$namespace", horizontalpodautoscaler=~"$hpa"'

NO_ERROR = words(_0=("no", GREEN), _1=("error", RED))
ACTIVE = words(_0=("inactive", GREY), _1=("active", GREEN))
UP = words(_0=("fails", RED), _1=("up", GREEN))
NEVER = word_from(1e9, "never", RED)  # an age since 1970: the time is 0, which says that it never was

# docs/explain.md: below 0.5 a confidence is a problem.
CONFIDENCE = steps(RED, (0.5, ORANGE), (0.8, GREEN))
# The alert LoadlineNotFollowed: below 0.2. A day of half-hours behind is 0.12 (docs/kubernetes.md).
EFFECTIVENESS = steps(RED, (0.2, ORANGE), (0.8, GREEN))
NONE_IS_GOOD = steps(GREEN, (1, RED))


def latest(metric, how="max", where=BINDING, by=BY):
    """One series for each binding: pods say the same, and where they do not `how` says which counts."""
    return f"{how} by ({by}) ({metric}{{{where}}})"


def counted(found, of):
    """How many series `found` has; 0 only where `of` is there, so that missing data stays missing."""
    return f"count({found}) or 0 * count({of})"


def to(name, title, **chosen):
    """A link to another dashboard, at the same time and source. Values are those of the row or line that is clicked."""
    variables = "&".join(
        ["${datasource:queryparam}", "${job:queryparam}"] + [f"var-{key}={value}" for key, value in chosen.items()]
    )
    return link(title, f"/d/loadline-{name}?{variables}&${{__url_time_range}}")


def of_row(field):
    return f"${{__data.fields.{field}:percentencode}}"


def of_line(label):
    return f"${{__field.labels.{label}:percentencode}}"


def binding_of_row(*, policy=True):
    chosen = {"namespace": of_row("namespace"), "object": of_row("name")}
    return [to("binding", "This binding", **chosen, **({"policy": of_row("policy")} if policy else {}))]


def binding_of_line():
    return [to("binding", "This binding", namespace=of_line("namespace"), object=of_line("name"), policy=of_line("policy"))]


def ready(by="namespace, horizontalpodautoscaler"):
    """Ready replicas of what an HPA scales: of a Deployment or a StatefulSet, the kinds that kube-state-metrics knows by name."""

    def of(kind):
        lower = kind.lower()
        target = f'kube_horizontalpodautoscaler_info{{{HPA}, scaletargetref_kind="{kind}"}}'
        return (
            f'max by ({by}) (max by (namespace, {lower}) (kube_{lower}_status_replicas_ready{{namespace=~"$namespace"}}) * on (namespace, {lower}) '
            f'group_right () label_replace({target}, "{lower}", "$1", "scaletargetref_name", "(.*)"))'
        )

    return f"{of('Deployment')} or {of('StatefulSet')}"


def hpa(metric, more=""):
    return f"max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_{metric}{{{HPA}{more}}})"


def per_second(metric, by, where=JOB):
    return f"sum by ({by}) (rate({metric}{{{where}}}[$__rate_interval]))"


def quantile(share, metric, by, where=JOB):
    """0 observations have no quantile: NaN, which is no point on a line."""
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({metric}_bucket{{{where}}}[$__rate_interval])))"


# Of Loadline's pods, each for itself.
POD = "{{instance}}"


def each(metric):
    return f"{metric}{{{JOB}}}"


def age(metric):
    """How long ago a time was; one that is 0 never was, and has none."""
    return f"time() - ({each(metric)} > 0)"


def lately(metric, by, span="15m"):
    return f"sum by ({by}) (increase({each(metric)}[{span}]))"


# Ticks come every 15 s (tick.interval); the alert LoadlineTicksStopped: none for 60 s.
TICK_AGE = steps(GREEN, (30, ORANGE), (60, RED))
LAST_TICK = f"time() - {each('loadline_last_tick_timestamp_seconds')}"  # since 1970 where there was none, which is told in words
