// The time line: a plot with its legend and lanes, or the same as a table; or why there is none.
import { useMemo, useState } from "preact/hooks";
import type { ApiError } from "../../api/client.js";
import type { Decision } from "../../api/types.js";
import { useMedia } from "../../parts/hooks.js";
import type { Address } from "./address.js";
import { signalsOf, type Course, type HpaEvent } from "./course.js";
import { Lanes } from "./lanes.js";
import { Legend } from "./legend.js";
import { linesOf } from "./lines.js";
import { momentText, pointTo, snapshotOf, type Direction } from "./moment.js";
import type { Ahead } from "./outlook.js";
import { Plot } from "./plot.js";
import { around, chosen, zoomed, type Range, type Seen } from "./range.js";
import { TimelineTable } from "./table.js";
import type { Acts } from "./tools.js";

interface TimeLineProps {
  course: Course | null;
  error: ApiError | null;
  decision: Decision | null; // that stands now
  address: Address;
  acts: Acts;
  range: Range;
  seen: Seen;
  now: number;
  end: number; // up to when what was decided last stands, as far as is known
  moment: number | null; // that is pointed at, or kept
  ahead: Ahead;
  hpa: HpaEvent[];
  onPoint: (moment: number | null) => void;
}

export function TimeLine(props: TimeLineProps) {
  const { course, error } = props;
  return (
    <>
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
      ) : (
        <LoadedTimeLine {...props} course={course} />
      )}
    </>
  );
}

function LoadedTimeLine({ course, decision, address, acts, range, seen, now, end, moment, ahead, hpa, onPoint }: TimeLineProps & { course: Course }) {
  const { look, pinned, stacked } = address;
  const { coming, forecasts } = ahead;
  const [hidden, setHidden] = useState<Set<string>>(new Set());
  const gutter = useMedia("(max-width: 640px)") ? 30 : 112;
  const signals = useMemo(() => signalsOf(course), [course]);
  const all = useMemo(
    () => linesOf({ course, end, signals, stacked, hpa, forecasts }),
    [course, end, signals, stacked, hpa, forecasts],
  );
  const lines = useMemo(() => all.filter((line) => !hidden.has(line.id)), [all, hidden]);
  const keep = (time: number) => look(range, time);
  const lanes = useMemo(
    () => <Lanes {...{ coming, seen, end, gutter }} marks={course.marks} until={course.until} onChoose={keep} />,
    [course, coming, range, now, end, gutter, address],
  );
  const step = (direction: Direction) => {
    const point = pointTo(direction, course.points, seen, pinned, now);
    if (point === undefined) return;
    onPoint(null);
    const time = Date.parse(point.time);
    const isInSight = time >= seen.from && time <= seen.until;
    look(isInSight ? range : around(time, seen.until - seen.from), time);
  };
  if (address.asTable) return <TimelineTable {...{ course, signals, coming, seen }} onChoose={keep} />;

  const at = moment ?? Math.min(end, seen.until);
  const snapshot = snapshotOf(course, at, moment === null && "live" in range ? decision : null);
  return (
    <figure class="timeline" aria-label="Time line">
      <Legend {...{ all, hidden }} valueOf={snapshot.valueOf} onToggle={(id) => setHidden(toggled(hidden, id))} />
      <div class="canvas">
        <Plot
          {...{ lines, seen, now, coming, gutter, onPoint }}
          chosen={pinned}
          valueText={momentText(at, all, snapshot)}
          onChoose={(time) => keep(Math.min(time, now))}
          onStep={step}
          onMove={acts.move}
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
  );
}

function toggled(set: Set<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

function isEmpty(course: Course, seen: Seen): boolean {
  const first = Date.parse(course.points[0]?.time ?? "");
  return !(first <= seen.until) || !(Date.parse(course.points.at(-1)!.time) + course.stands >= seen.from);
}
