// One binding: why there are so many replicas, and what will come next.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/clock.js";
import { asError, get } from "../../api/client.js";
import { stream } from "../../api/events.js";
import type { Decision, Decisions } from "../../api/types.js";
import { useKeys, type Key } from "../../keys.js";
import { isMeant, parametersText, triggerQuery } from "../../model/trigger.js";
import { GrafanaLink } from "../../parts/grafana.js";
import { useMedia } from "../../parts/hooks.js";
import { NoSuchTrigger } from "../../parts/no_such_trigger.js";
import { NotAnewLine, type NotAnew } from "../../parts/not_anew.js";
import { useStore } from "../../parts/store.js";
import { numberText, timeText } from "../../parts/words.js";
import { linkTo, place as placeStore, placeOf } from "../../router.js";
import type { ViewProps } from "../../views.js";
import { notAnew, useCourse, useKept, useNews, type Kept } from "./asked.js";
import type { HpaSaid } from "./asked_of_hpa.js";
import { keyOf, signalsOf, standing, type Course, type HpaEvent, type Outlook, type Trigger } from "./course.js";
import type { HpaNow } from "./decision.js";
import { Explained, type Explanation } from "./explained.js";
import { Lanes } from "./lanes.js";
import { linesOf, valueAt, type Line } from "./lines.js";
import { Now } from "./now.js";
import { Plot } from "./plot.js";
import { chosen, moved, rangeOf, rangeQuery, seenOf, spanName, spans, timeName, usual, zoomed, type Range } from "./range.js";
import { TimelineTable } from "./table.js";

const day = 86_400_000;

export function Binding({ place }: ViewProps) {
  const [namespace = "", name = ""] = place.parts;
  return <Triggers key={`${namespace}/${name}`} namespace={namespace} name={name} query={place.query} />;
}

// Which trigger of the object: the one that the address says, or the first.
function Triggers({ namespace, name, query }: { namespace: string; name: string; query: URLSearchParams }) {
  const news = useNews(namespace, name);
  const asked = useKept<Decisions>("decisions", { namespace, name }, news, 15);
  const gone = asked.value?.total === 0;
  const recorded = useRecorded(namespace, name, gone, news);
  if (asked.value === null && asked.error === null) return <p class="notice">Loading …</p>;
  if (asked.value === null) {
    return (
      <div class="notice">
        <h1>
          {namespace}/{name}
        </h1>
        <p class="bad">It could not be asked for: {asked.error!.message}</p>
        <p class="faint">It is asked for again by itself.</p>
      </div>
    );
  }
  if (gone && recorded.value === null) {
    if (recorded.error === null) return <p class="notice">Loading …</p>;
    return (
      <div class="notice">
        <h1>Nobody asks for {`${namespace}/${name}`}</h1>
        <p class="bad">The journal could not be asked for it: {recorded.error.message}</p>
        <p class="faint">It is asked again by itself.</p>
      </div>
    );
  }
  const triggers: Trigger[] = gone ? recorded.value!.bindings : asked.value.decisions;
  if (triggers.length === 0) {
    return (
      <div class="notice">
        <h1>Nothing is known of {`${namespace}/${name}`}</h1>
        <p>No trigger of this object has asked Loadline, and the journal has no decision of it. KEDA asks once it has the ScaledObject.</p>
        <p>
          <a href={linkTo("")}>To the fleet</a>
        </p>
      </div>
    );
  }
  const trigger = triggers.find((each) => isMeant(each, query)) ?? null;
  if (trigger === null) return <NoSuchTrigger view="binding" triggers={triggers} />;
  const decision = gone ? null : (trigger as Decision);
  return <One key={keyOf(trigger)} {...{ trigger, triggers, decision, query, news }} decisionNotAnew={notAnew(asked)} />;
}

// Of an object that nobody asks for any more the journal may still know.
function useRecorded(namespace: string, name: string, wanted: boolean, news: number): Kept<{ bindings: Trigger[] }> {
  const from = timeName(Math.ceil(serverNow() / day - 62) * day);
  return useKept<{ bindings: Trigger[] }>("timeline", wanted ? { namespace, name, from, limit: 1 } : null, news, 60);
}

interface OneProps {
  trigger: Trigger;
  triggers: Trigger[];
  decision: Decision | null; // null: it is not asked for any more
  decisionNotAnew: NotAnew | null;
  query: URLSearchParams;
  news: number;
}

function One({ trigger, triggers, decision, decisionNotAnew, query, news }: OneProps) {
  const { namespace, name, policy } = trigger;
  const live = useStore(stream.state);
  const stale = live.state === "lost";
  const range = rangeOf(query);
  const rangeText = new URLSearchParams(rangeQuery(range)).toString();
  const now = useClock("live" in range ? range.live : day);
  const seen = seenOf(range, now);
  const end = stale ? Math.min(now, live.since) : now;
  const pinned = Number.isNaN(Date.parse(query.get("at") ?? "")) ? null : Date.parse(query.get("at")!);
  const stacked = query.get("demand") === "stacked";
  const asTable = query.get("as") === "table";
  const [pointed, setPointed] = useState<number | null>(null);
  const [hidden, setHidden] = useState<Set<string>>(new Set());
  const narrow = useMedia("(max-width: 640px)");
  const gutter = narrow ? 30 : 112;

  const { course, loading, error } = useCourse(trigger, rangeText, seen, news);
  const horizon = Math.min(Math.max(now + 7 * day, seen.until), now + 61 * day);
  const outlookQuery = { namespace, name, policy, until: timeName(Math.ceil(horizon / day) * day) };
  const outlooks = useKept<{ bindings: Outlook[] }>("outlook", outlookQuery, news, 30);
  const outlook = outlooks.value?.bindings.find((each) => keyOf(each) === keyOf(trigger)) ?? null;
  const coming = useMemo(
    () => (outlook?.changes ?? []).filter((each) => Date.parse(each.at) > now),
    [outlooks.value, Math.floor(now / 1000)],
  );
  const hpa = useHpa(trigger, news);

  const set = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(query);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    const href = linkTo("binding", [namespace, name], Object.fromEntries(next));
    // One look at a binding is one step of the browser's history, however often one zooms.
    history.replaceState(null, "", href);
    placeStore.set(placeOf(href));
  };
  const look = (next: Range) => set({ from: null, until: null, span: null, ...rangeQuery(next) });
  const choose = (time: number | null) => set({ at: time === null ? null : timeName(Math.round(time)) });

  const signals = useMemo(() => (course === null ? [] : signalsOf(course)), [course]);
  const forecasts = outlook?.forecasts ?? [];
  const all = useMemo(
    () => (course === null ? [] : linesOf({ course, end, signals, stacked, hpa: hpa.events, forecasts })),
    [course, end, signals, stacked, hpa.events, outlooks.value],
  );
  const lines = useMemo(() => all.filter((line) => !hidden.has(line.id)), [all, hidden]);

  const moment = pointed ?? pinned;
  const explanation = useExplanation(trigger, moment, now, course, decision);
  const step = (by: -1 | 1 | "first" | "last") => {
    const points = course?.points ?? [];
    const inSight = points.filter((each) => Date.parse(each.time) >= seen.from && Date.parse(each.time) <= seen.until);
    const at = pinned ?? now;
    const target =
      by === "first" ? inSight[0]
      : by === "last" ? inSight.at(-1)
      : by < 0 ? points.findLast((each) => Date.parse(each.time) < (pinned === null ? Infinity : at))
      : points.find((each) => Date.parse(each.time) > at);
    if (target === undefined) return;
    setPointed(null);
    const time = Date.parse(target.time);
    if (time < seen.from || time > seen.until) {
      const around = (seen.until - seen.from) / 2;
      set({ span: null, ...rangeQuery(chosen(time - around, time + around)), at: timeName(time) });
    } else {
      choose(time);
    }
  };

  const act = useRef({ zoomIn: () => {}, zoomOut: () => {}, follow: () => {}, table: () => {}, stack: () => {} });
  act.current = {
    zoomIn: () => look(zoomed(range, now, 0.5)),
    zoomOut: () => look(zoomed(range, now, 2)),
    follow: () => set({ from: null, until: null, at: null, span: "live" in range ? spanName(range.live) : spanName(usual.live) }),
    table: () => set({ as: asTable ? null : "table" }),
    stack: () => set({ demand: stacked ? null : "stacked" }),
  };
  useKeys(
    useMemo<Key[]>(
      () => [
        { key: "+", does: "zoom in", run: () => act.current.zoomIn() },
        { key: "=", does: "zoom in", run: () => act.current.zoomIn() },
        { key: "-", does: "zoom out", run: () => act.current.zoomOut() },
        { key: "0", does: "back to now", run: () => act.current.follow() },
        { key: "t", does: "time line as a plot or as a table", run: () => act.current.table() },
        { key: "s", does: "demand of each signal, or stacked", run: () => act.current.stack() },
      ],
      [],
    ),
  );

  const lanes = useMemo(
    () => course && <Lanes {...{ coming, seen, end, gutter }} marks={course.marks} until={course.until} onChoose={choose} />,
    [course, coming, rangeText, now, end, gutter, query],
  );

  const at = moment ?? Math.min(end, seen.until);
  const told = momentText(at, all, course);
  const ownTime = explanation.state === "there" ? (explanation.decision.time ?? timeName(explanation.at)) : timeName(explanation.at);
  const share = linkTo("binding", [namespace, name], {
    ...triggerQuery(trigger),
    ...rangeQuery({ from: Math.round(seen.from / 1000) * 1000, until: Math.round(seen.until / 1000) * 1000 }),
    at: ownTime,
  });
  return (
    <div class="binding">
      <header class="title">
        <h1>
          <span class="faint">{namespace}/</span>
          {name}
        </h1>
        <TriggerChoice {...{ trigger, triggers }} onChoose={(each) => set({ ...triggerQuery(each), at: null })} />
        <nav class="acts" aria-label="What one may do">
          <a href={linkTo("try", [namespace, name], triggerQuery(trigger))}>Try a policy</a>
          <a href={linkTo("overrides", [], { object: `${namespace}/${name}` })}>Override</a>
          <GrafanaLink binding={trigger} />
        </nav>
      </header>
      {decision === null ? (
        <p class="banner">
          <span aria-hidden="true">◇</span> Nobody asks for it any more: what is shown is what the journal has.
        </p>
      ) : (
        <Now
          {...{ decision, now, stale }}
          coming={outlooks.value === null ? null : coming}
          hpa={hpa.said}
          notAnew={{ decision: decisionNotAnew, coming: notAnew(outlooks), hpa: hpa.notAnew }}
          onLook={(time) => look(around(time, seen.until - seen.from))}
        />
      )}
      {decision === null && decisionNotAnew !== null && !stale && <NotAnewLine what="That nobody asks for it" of={decisionNotAnew} />}
      <div class="tools" role="toolbar" aria-label="Time line">
        <span class="group">
          {spans.map(([word, span]) => (
            <button
              key={word}
              type="button"
              aria-pressed={"live" in range && range.live === span}
              onClick={() => look({ live: span })}
            >
              {word}
            </button>
          ))}
        </span>
        <span class="group">
          <button type="button" aria-label="Earlier" title="Earlier (Shift ←)" onClick={() => look(moved(range, now, -0.5))}>
            ‹
          </button>
          <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={act.current.zoomOut}>
            −
          </button>
          <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={act.current.zoomIn}>
            +
          </button>
          <button type="button" aria-label="Later" title="Later (Shift →)" onClick={() => look(moved(range, now, 0.5))}>
            ›
          </button>
          <button type="button" title="Back to now (0)" aria-pressed={"live" in range} onClick={act.current.follow}>
            Now
          </button>
        </span>
        <span class="group">
          <button type="button" title="Stack the demands (s)" aria-pressed={stacked} onClick={act.current.stack}>
            Stacked
          </button>
          <button type="button" title="The same as a table (t)" aria-pressed={asTable} onClick={act.current.table}>
            Table
          </button>
        </span>
        <span class="faint span">
          {timeText(seen.from).slice(0, 16)}Z – {timeText(seen.until).slice(0, 16)}Z
          {course?.thinned && " · thinned"}
          {course?.complete === false && " · more than is read at once: the earliest are left out"}
          {loading && " · loading …"}
        </span>
      </div>
      {error !== null && (
        <p class="banner bad" role="status">
          <span aria-hidden="true">✕</span>{" "}
          {error.status === 503 && /no journal/.test(error.message)
            ? "No history: Loadline keeps no journal. Set dataDir or journal.url, and what is decided is kept."
            : `The history could not be read: ${error.message}`}
        </p>
      )}
      {course === null ? (
        <p class={`waiting faint ${error === null ? "" : "vain"}`}>{error === null ? "Loading the time line …" : "There is no time line to show."}</p>
      ) : asTable ? (
        <TimelineTable {...{ course, signals, coming, seen }} onChoose={choose} />
      ) : (
        <figure class="timeline" aria-label="Time line">
          <Legend {...{ all, hidden, at }} onToggle={(id) => setHidden(toggled(hidden, id))} />
          <div class="canvas">
            <Plot
              {...{ lines, seen, now, coming, gutter }}
              chosen={pinned}
              valueText={told}
              onPoint={setPointed}
              onChoose={(time) => choose(Math.min(time, now))}
              onStep={step}
              onMove={(by) => look(moved(range, now, by))}
              onZoom={(factor, time) => look(zoomed(range, now, factor, time))}
              onSelect={(from, until) => look(chosen(from, until))}
            />
            {isEmpty(course, seen) && (
              <p class="nothing faint">
                Nothing was decided in this time, or it is not kept any more.{" "}
                <button type="button" class="link" onClick={() => look(zoomed(range, now, 4))}>
                  Look farther
                </button>
              </p>
            )}
          </div>
          {lanes}
        </figure>
      )}
      <Explained {...{ explanation, now }} pinned={moment !== null} href={share} onRelease={() => choose(null)} />
    </div>
  );
}

const around = (time: number, size: number): Range => chosen(time - size / 2, time + size / 2);

function toggled(set: Set<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function isEmpty(course: Course, seen: { from: number; until: number }): boolean {
  const first = Date.parse(course.points[0]?.time ?? "");
  return !(first <= seen.until) || !(Date.parse(course.points.at(-1)!.time) + course.stands >= seen.from);
}

// "2026-11-24 06:00:00Z: wanted 4.1, there are 4, lag 4.1": what a slider says of itself.
function momentText(time: number, lines: Line[], course: Course | null): string {
  const said = lines
    .map((line) => ({ label: line.label, value: valueAt(line, time) }))
    .filter((each) => each.value !== null)
    .map((each) => `${each.label} ${numberText(each.value)}`);
  const point = course === null ? null : standing(course, time);
  const failed = point?.error ? `no answer: ${point.error.code}` : "";
  return `${timeText(time)}: ${[failed, ...said.reverse()].filter((each) => each !== "").join(", ") || "nothing is known"}`;
}

function TriggerChoice({ trigger, triggers, onChoose }: { trigger: Trigger; triggers: Trigger[]; onChoose: (each: Trigger) => void }) {
  const words = (each: Trigger) => `${each.policy} ${parametersText(each.metadata)}`;
  if (triggers.length === 1) {
    return (
      <span class="faint">
        policy <code>{trigger.policy}</code> {parametersText(trigger.metadata)}
      </span>
    );
  }
  return (
    <label class="faint">
      trigger{" "}
      <select value={keyOf(trigger)} onChange={(event) => onChoose(triggers.find((each) => keyOf(each) === event.currentTarget.value)!)}>
        {triggers.map((each) => (
          <option key={keyOf(each)} value={keyOf(each)}>
            {words(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Legend({ all, hidden, at, onToggle }: { all: Line[]; hidden: Set<string>; at: number; onToggle: (id: string) => void }) {
  return (
    <ul class="legend" aria-label="Lines, and their values at the moment">
      {all.toReversed().map((line) => {
        const value = valueAt(line, at);
        return (
          <li key={line.id}>
            <button type="button" aria-pressed={!hidden.has(line.id)} onClick={() => onToggle(line.id)}>
              <svg width="22" height="10" aria-hidden="true">
                <line
                  x1="0"
                  x2="22"
                  y1="5"
                  y2="5"
                  stroke={`var(${line.colour})`}
                  stroke-width={line.fill && !line.id.startsWith("demand") ? 9 : Math.max(line.width, 1.5)}
                  stroke-opacity={line.fill && !line.id.startsWith("demand") ? 0.35 : 1}
                  stroke-dasharray={line.dash?.join(" ")}
                />
              </svg>
              {line.label} <b>{numberText(value)}</b>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

// The time, as often as a pixel or so goes by.
function useClock(span: number): number {
  const step = Math.min(Math.max(span / 1000, 1000), 30_000);
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), step);
    return () => clearInterval(timer);
  }, [step]);
  return now;
}

interface HpaEvents {
  kubernetes: boolean;
  events: HpaEvent[];
}
interface Effectiveness {
  kubernetes: boolean;
  bindings: (Trigger & { now: HpaNow; sentence: string })[];
}

interface Hpa {
  said: HpaSaid | null;
  events: HpaEvent[];
  notAnew: NotAnew | null;
}

function useHpa(trigger: Trigger, news: number): Hpa {
  const query = { namespace: trigger.namespace, name: trigger.name, policy: trigger.policy, limit: 1000 };
  const events = useKept<HpaEvents>("hpa-events", query, news, 15);
  const watched = events.value?.kubernetes === true;
  const states = useKept<Effectiveness>("effectiveness", watched ? query : null, news, 15);
  const mine = watched ? states.value?.bindings.find((each) => keyOf(each) === keyOf(trigger)) : undefined;
  const said = events.value === null ? null : { kubernetes: watched, now: mine?.now ?? null, sentence: mine?.sentence ?? "" };
  const list = useMemo(() => (events.value?.events ?? []).filter((each) => keyOf(each) === keyOf(trigger)), [events.value]);
  return { said, events: list, notAnew: notAnew(events) ?? (watched ? notAnew(states) : null) };
}

const known = new Map<string, Decision>();

// Of the moment that is pointed at, or of the latest. What was asked for once is remembered: the past does not change.
function useExplanation(trigger: Trigger, moment: number | null, now: number, course: Course | null, latest: Decision | null): Explanation {
  const [found, setFound] = useState<Explanation | null>(null);
  const future = moment !== null && moment > now;
  const point = moment === null || course === null || course.thinned ? null : standing(course, moment);
  const at = moment === null || future ? null : point !== null ? Date.parse(point.time) : Math.round(moment / 1000) * 1000;
  const key = at === null ? "" : `${trigger.namespace}/${trigger.name}/${keyOf(trigger)}/${at}`;
  useEffect(() => {
    if (at === null) return setFound(null);
    const before = known.get(key);
    if (before !== undefined) return setFound({ state: "there", at, decision: before });
    setFound((last) => ({ state: "loading", at, last: last?.state === "there" ? last.decision : last?.state === "loading" ? last.last : latest }));
    const gone = new AbortController();
    const ask = async () => {
      const { namespace, name, policy } = trigger;
      try {
        const query = { namespace, name, policy, at: timeName(Math.min(at, serverNow() - 50)) };
        const page = await get<{ decisions: Decision[] }>("explain", query, gone.signal);
        const mine = page.decisions.find((each) => keyOf(each) === keyOf(trigger));
        if (mine?.source === "journal") remember(key, mine);
        setFound(mine ? { state: "there", at, decision: mine } : { state: "none", at, why: "Nothing is known of this trigger at that time." });
      } catch (error) {
        if (!gone.signal.aborted) setFound({ state: "none", at, why: asError(error).message });
      }
    };
    const timer = setTimeout(ask, 120);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [key]);
  if (future) return { state: "none", at: moment, why: "That is still to come: what is known of it stands under What changes next, and in the time line." };
  if (found !== null && at !== null) return found;
  if (latest !== null) return { state: "there", at: Date.parse(latest.time ?? "") || now, decision: latest };
  return { state: "none", at: now, why: "Point at the time line to read a decision." };
}

function remember(key: string, decision: Decision): void {
  if (known.size > 500) known.clear();
  known.set(key, decision);
}
