"""Loadline itself: those that it asks, and those that it tells."""

from panels import GREEN, ORANGE, RED, lines, query, row, steps, timeline
from words import POD, TICK_AGE, UP, age, each, lately, per_second, quantile, words

WATCHING = words(_0=("not heard", RED), _1=("watched", GREEN))
LISTED = words(_0=("not yet", ORANGE), _1=("all known", GREEN))

SOURCES = [
    row("Sources"),
    timeline(
        "Sources",
        "fails: a query failed when the source was last asked.",
        query(f"min by (source, instance) ({each('loadline_source_up')})", "{{source}} at {{instance}}"),
        mappings=[UP],
        size=(12, 8),
    ),
    lines(
        "Since the last answer",
        "How long ago any query got an answer; no line where none ever did.",
        query(age("loadline_source_last_success_timestamp_seconds"), "{{source}} at {{instance}}"),
        unit="s",
        thresholds=TICK_AGE,
        least=0,
    ),
    lines(
        "Queries",
        "Queries that ended, by outcome. empty: no such series; several: more than one; not_finite: NaN or infinite; partial: the "
        "source warned that data is missing; failed: no sensible answer in time; refused: not accepted as a query.",
        query(per_second("loadline_source_queries_total", "source, outcome"), "{{source}} {{outcome}}"),
        unit="reqps",
        stacked=True,
        least=0,
    ),
    lines(
        "How long queries take",
        "All parts of a long range together.",
        query(quantile(0.5, "loadline_source_query_duration_seconds", "source"), "{{source}} half"),
        query(quantile(0.99, "loadline_source_query_duration_seconds", "source"), "{{source}} 99 %"),
        unit="s",
        least=0,
    ),
]

JOURNAL = [
    row("The journal"),
    lines(
        "Waiting to be written",
        "Decisions; 20,000 at most.",
        query(each("loadline_journal_queued"), POD),
        thresholds=steps(GREEN, (5000, ORANGE), (20000, RED)),
        least=0,
    ),
    lines(
        "Since the last write",
        "How long ago something was last written; without changes there is nothing to write between heartbeats. No "
        "line where nothing ever was.",
        query(age("loadline_journal_last_write_timestamp_seconds"), POD),
        unit="s",
        least=0,
    ),
    lines(
        "Decisions brought to it",
        "stored, or already_there, as another pod was first.",
        query(per_second("loadline_journal_decisions_total", "outcome"), "{{outcome}}"),
        unit="ops",
        least=0,
    ),
    lines(
        "Deleted",
        "Decisions deleted for their age, or to make room.",
        query(per_second("loadline_journal_deleted_total", "instance"), POD),
        unit="ops",
        least=0,
    ),
    lines(
        "Not in it",
        "In 15 minutes: decisions that are not in it, by the reason; writes, and openings, that failed and are tried again.",
        query(lately("loadline_journal_dropped_total", "reason"), "dropped: {{reason}}"),
        query(lately("loadline_journal_write_errors_total", "instance"), f"{POD} writes failed"),
        thresholds=steps(GREEN, (1, RED)),
        least=0,
    ),
    lines(
        "Pods that differ",
        "In an hour, of decisions already there. differing: other readings, plan or policy, of which some are to be "
        "expected with several pods. disagreements: another answer to equal readings; none is to be expected, ever.",
        query(lately("loadline_journal_differing_total", "instance", "1h"), f"{POD} differing"),
        query(lately("loadline_journal_disagreements_total", "instance", "1h"), f"{POD} disagreements"),
        least=0,
    ),
]

WEBHOOKS = [
    row("Webhooks"),
    lines(
        "Messages",
        "Messages a second that receivers took, that failed (refused: another status than 2xx that is not tried again; given_up: "
        "not delivered within giveUpAfter), and attempts that are made again.",
        query(per_second("loadline_webhook_sent_total", "webhook"), "{{webhook}} sent"),
        query(per_second("loadline_webhook_failed_total", "webhook, reason"), "{{webhook}} {{reason}}"),
        query(per_second("loadline_webhook_retries_total", "webhook"), "{{webhook}} tried again"),
        unit="ops",
        least=0,
    ),
    lines(
        "Waiting",
        "Messages that wait to be sent, or to be tried again; 1,000 at most.",
        query(each("loadline_webhook_queued"), "{{webhook}} at {{instance}}"),
        thresholds=steps(GREEN, (500, ORANGE), (1000, RED)),
        least=0,
    ),
    lines(
        "Since the last message",
        "How long ago the receiver last took one; no line where it never did. Where nothing happens there is nothing to tell.",
        query(age("loadline_webhook_last_sent_timestamp_seconds"), "{{webhook}} at {{instance}}"),
        unit="s",
        least=0,
    ),
    lines(
        "Not told",
        "In 15 minutes: messages dropped, as more than 1,000 waited; that a digest stands for; decisions that no webhook heard of, "
        "as more than 20,000 came at once.",
        query(lately("loadline_webhook_dropped_total", "webhook"), "{{webhook}} dropped"),
        query(lately("loadline_webhook_left_out_total", "webhook"), "{{webhook}} in a digest"),
        query(lately("loadline_webhook_decisions_overlooked_total", "instance"), f"{POD} overlooked"),
        least=0,
    ),
]

KUBERNETES = [
    row("Kubernetes"),
    timeline(
        "Watches",
        "not heard: changes are not heard of; /api/v1/problems says why.",
        query(
            f"min by (resource, watched_namespace) ({each('loadline_kubernetes_watching')})",
            "{{resource}} in {{watched_namespace}}",
        ),
        mappings=[WATCHING],
        size=(12, 8),
    ),
    timeline(
        "Lists",
        "all known: all objects are.",
        query(
            f"min by (resource, watched_namespace) ({each('loadline_kubernetes_listed')})",
            "{{resource}} in {{watched_namespace}}",
        ),
        mappings=[LISTED],
        size=(12, 8),
    ),
    lines(
        "Since anything was heard",
        "Since the API server last said anything: a list, an event, or a bookmark, which comes about once a minute.",
        query(
            f"max by (resource, watched_namespace) ({age('loadline_kubernetes_last_heard_timestamp_seconds')})",
            "{{resource}} in {{watched_namespace}}",
        ),
        unit="s",
        thresholds=steps(GREEN, (120, ORANGE), (300, RED)),
        least=0,
    ),
    lines(
        "Lists, watches and failures",
        "In 15 minutes, of all pods. After the first list each one means that what happened was lost; a watch lasts "
        "5 to 10 minutes.",
        query(lately("loadline_kubernetes_lists_total", "resource"), "{{resource}} lists"),
        query(lately("loadline_kubernetes_watches_total", "resource"), "{{resource}} watches"),
        query(lately("loadline_kubernetes_failures_total", "resource"), "{{resource}} failures"),
        least=0,
    ),
    lines(
        "Objects", "Objects that are known.", query(f"max by (kind) ({each('loadline_kubernetes_objects')})", "{{kind}}"), least=0
    ),
    lines(
        "Events",
        "Events in 15 minutes, of all pods. there: another pod was first; failed: refused, or not reached.",
        query(lately("loadline_kubernetes_events_total", "outcome"), "{{outcome}}"),
        least=0,
    ),
    lines(
        "Since the last Event",
        "Since an Event was last written, or found there; no line where none ever was.",
        query(age("loadline_kubernetes_last_event_timestamp_seconds"), POD),
        unit="s",
        least=0,
    ),
]
