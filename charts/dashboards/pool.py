"""A pool of connections: is it what holds the workers up? Names of metrics are variables: those of client_golang's
DBStatsCollector for any database/sql, or those of an exporter of pgxpool."""

from dashboard import DATASOURCE, dashboard, labels, names
from panels import GREEN, ORANGE, RED, dashed, lines, query, row, stat, steps

VARIABLES = [
    DATASOURCE,
    names("in_use", "In use", "Gauge: connections that somebody holds.", "go_sql_in_use_connections", "pgxpool_acquired_conns"),
    names("idle", "Idle", "Gauge: connections that nobody holds.", "go_sql_idle_connections", "pgxpool_idle_conns"),
    names("open", "Open", "Gauge: all connections.", "go_sql_open_connections", "pgxpool_total_conns"),
    names("max", "Maximum", "Gauge: how many there may be; 0: no limit.", "go_sql_max_open_connections", "pgxpool_max_conns"),
    names(
        "waits",
        "Waits",
        "Counter: how often somebody had to wait for a connection.",
        "go_sql_wait_count_total",
        "pgxpool_empty_acquire",
    ),
    names(
        "waited",
        "Waited",
        "Counter: time that was waited, in the unit of the next variable.",
        "go_sql_wait_duration_seconds_total",
        "pgxpool_acquire_duration_ns",
    ),
    names("waited_unit", "Seconds in it", "What one of it is in seconds.", "1", "1e-9"),
    names(
        "closed",
        "Closed",
        "Counter: connections that were closed for their age.",
        "go_sql_max_lifetime_closed_total",
        "pgxpool_max_lifetime_destroy_count",
    ),
    names("label", "Label", "The label that tells pools apart.", "db_name", "namespace", "pod", "job"),
    labels("value", "Pool", "$in_use", "$label"),
]
WHERE = '{$label=~"$value"}'
EACH = "{{$label}}"


def pool(metric):
    """Of all processes with a pool of that name together."""
    return f"sum by ($label) (${metric}{WHERE})"


def rate(metric):
    return f"sum by ($label) (rate(${metric}{WHERE}[$__rate_interval]))"


# Of one process: another one's free connections help nobody.
FULL = f"max by ($label) ($in_use{WHERE} / ($max{WHERE} > 0))"
NEARLY = steps(GREEN, (0.8, ORANGE), (0.95, RED))
WAITING = f"{rate('waited')} * $waited_unit"
EACH_WAITED = f"{WAITING} / ({rate('waits')} > 0)"
SLOW = steps(GREEN, (0.01, ORANGE), (0.1, RED))

NOW = [
    row("Now"),
    stat(
        "Full",
        "Connections in use, as a share of the maximum, of the process where that is most. Not known where there is no limit.",
        f"max({FULL})",
        unit="percentunit",
        thresholds=NEARLY,
        nothing="no limit",
        size=(4, 4),
    ),
    stat(
        "Waiting",
        "How many wait for a connection, on the mean: seconds that were waited in each second.",
        f"sum({WAITING})",
        decimals=2,
        thresholds=steps(GREEN, (0.1, ORANGE), (1, RED)),
    ),
    stat(
        "A wait takes",
        "The mean of those who had to wait. Not known while nobody had to.",
        f"max({EACH_WAITED})",
        unit="s",
        thresholds=SLOW,
        nothing="nobody waited",
    ),
    stat("In use", "Connections that somebody holds, of all processes.", f"sum({pool('in_use')})"),
    stat("Idle", "Connections that nobody holds, of all processes.", f"sum({pool('idle')})"),
    stat(
        "Maximum",
        "How many there may be, of all processes: more workers are more connections. The database has a maximum of its own.",
        f"sum({pool('max')} > 0)",
        nothing="no limit",
    ),
]

USE = [
    row("The pool"),
    dashed(
        lines(
            "Connections",
            "In use and idle, which add up to those that are open, and the maximum (dashed).",
            query(pool("in_use"), f"{EACH} in use"),
            query(pool("idle"), f"{EACH} idle"),
            query(pool("open"), f"{EACH} open"),
            query(f"{pool('max')} > 0", f"{EACH} maximum"),
            least=0,
            size=(24, 9),
        ),
        "maximum$",
    ),
    lines(
        "How full",
        "In use, as a share of the maximum, of the process where that is most.",
        query(FULL, EACH),
        unit="percentunit",
        thresholds=NEARLY,
        least=0,
        most=1,
    ),
    lines("How many wait", "How many wait for a connection, on the mean.", query(WAITING, EACH), least=0),
    lines("Waits", "How often a second somebody had to wait for a connection.", query(rate("waits"), EACH), unit="ops", least=0),
    lines(
        "How long a wait takes",
        "The mean of those who had to wait. No line while nobody had to.",
        query(EACH_WAITED, EACH),
        unit="s",
        thresholds=SLOW,
        least=0,
    ),
    lines(
        "Closed",
        "Connections a second that were closed for their age: each is opened anew.",
        query(rate("closed"), EACH),
        unit="ops",
        least=0,
    ),
]


def made():
    return dashboard("pool", "Connection pool", "A pool of connections: is it what holds the workers up?", VARIABLES, NOW + USE)
