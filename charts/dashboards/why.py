"""Why one object's decisions were what they were, out of a journal in PostgreSQL: what no metric says."""

from dashboard import JOURNAL_SOURCE, dashboard, recorded
from panels import lines, records, row, sql, timeline

VARIABLES = [
    JOURNAL_SOURCE,
    recorded("namespace", "Namespace", "SELECT DISTINCT namespace FROM loadline_bindings ORDER BY 1"),
    recorded(
        "object", "Object", "SELECT DISTINCT object FROM loadline_bindings WHERE namespace = ${namespace:sqlstring} ORDER BY 1"
    ),
    recorded(
        "policy",
        "Policy",
        "SELECT DISTINCT policy FROM loadline_bindings WHERE namespace = ${namespace:sqlstring} "
        "AND object = ${object:sqlstring} ORDER BY 1",
    ),
    # Of one object several may use one policy; they differ in their metadata.
    recorded(
        "trigger",
        "Trigger",
        "SELECT metadata::text FROM loadline_bindings WHERE namespace = ${namespace:sqlstring} "
        "AND object = ${object:sqlstring} AND policy = ${policy:sqlstring} ORDER BY 1",
    ),
]
CHOSEN = """FROM loadline_decisions d JOIN loadline_bindings b ON b.id = d.binding
 WHERE b.namespace = ${namespace:sqlstring} AND b.object = ${object:sqlstring} AND b.policy = ${policy:sqlstring}
   AND b.metadata::text = ${trigger:sqlstring} AND $__timeFilter(d.tick)"""
STEP = CHOSEN.replace(
    " ON b.id = d.binding",
    " ON b.id = d.binding\n CROSS JOIN LATERAL jsonb_array_elements(d.steps) WITH ORDINALITY AS s(step, place)",
)

PANELS = [
    row("What was decided"),
    records(
        "Decisions",
        "Each change and heartbeat, the latest first: the replicas that KEDA was told, those observed, the signal that won, and the "
        "reasons in words.",
        f"""SELECT d.tick AS "time", d.kind, d.replicas, d.observed, d.active, d.winner, d.confidence,
       coalesce(d.error_message, d.summary) AS "why"
  {CHOSEN}
 ORDER BY d.tick DESC LIMIT 200""",
        nothing="no record in this time",
        size=(24, 11),
    ),
    row("What became of it"),
    lines(
        "Steps",
        "The number after each step of a decision: what the signals ask for (combine), and what rules, stabilising, limits, overrides, "
        "bounds and budgets made of it.",
        sql(
            f"""SELECT d.tick AS "time", step->>'stage' AS metric, (array_agg((step->>'after')::float8 ORDER BY place DESC))[1] AS "after"
  {STEP}
 GROUP BY 1, 2 ORDER BY 1""",
            "time_series",
        ),
        as_steps=True,
        least=0,
        size=(24, 10),
    ),
    timeline(
        "The winner",
        "The signal whose demand won, at each record. Journals have changes and heartbeats, not every tick.",
        sql(f"""SELECT d.tick AS "time", coalesce(nullif(d.winner, ''), 'none') AS "winner"
  {CHOSEN}
 ORDER BY d.tick"""),
        mappings=[],
        size=(24, 5),
    ),
    records(
        "What changed the number",
        "Of the steps that left another number than they found, by their reason: clamps, limits and cuts among them. "
        "docs/explain.md and `loadline explain` have the sentences.",
        f"""SELECT step->>'stage' AS "stage", step->>'reason' AS "reason", nullif(step->>'signal', '') AS "signal", count(*) AS "records",
       max(d.tick) AS "latest", avg((step->>'after')::float8 - (step->>'before')::float8) AS "mean change"
  {STEP}
   AND step->>'stage' <> 'combine' AND step->>'before' <> step->>'after'
 GROUP BY 1, 2, 3 ORDER BY 4 DESC""",
        nothing="nothing changed what the signals ask for",
        size=(12, 9),
    ),
    records(
        "Errors",
        "Decisions that were errors, by their message.",
        f"""SELECT d.error_message AS "error", count(*) AS "records", min(d.tick) AS "first", max(d.tick) AS "latest"
  {CHOSEN}
   AND d.error_code IS NOT NULL
 GROUP BY 1 ORDER BY 2 DESC""",
        nothing="no error in this time",
        size=(12, 9),
    ),
]


def made():
    return dashboard(
        "why", "Why", "Why one object's decisions were what they were, out of a journal in PostgreSQL.", VARIABLES, PANELS
    )
