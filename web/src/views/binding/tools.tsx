// What one does with the time line, by buttons and keys, and which part of time it shows.
import { useMemo, useRef } from "preact/hooks";
import { useKeys, type Key } from "../../keys.js";
import { timeText } from "../../parts/words.js";
import type { Address } from "./address.js";
import type { Course } from "./course.js";
import { moved, spans, zoomed, type Live, type Range, type Seen } from "./range.js";

export interface Acts {
  zoomIn: () => void;
  zoomOut: () => void;
  move: (share: number) => void; // of what is seen
  follow: () => void;
  table: () => void;
  stack: () => void;
}

// `followed`: the range that goes on with now.
export function actsOf({ look, set, stacked, asTable }: Address, range: Range, followed: Live, now: number): Acts {
  return {
    zoomIn: () => look(zoomed(range, now, 0.5)),
    zoomOut: () => look(zoomed(range, now, 2)),
    move: (share) => look(moved(range, now, share)),
    follow: () => look(followed, null),
    table: () => set({ as: asTable ? null : "table" }),
    stack: () => set({ demand: stacked ? null : "stacked" }),
  };
}

export function useTimeLineKeys(acts: Acts): void {
  const latest = useRef(acts);
  latest.current = acts;
  useKeys(
    useMemo<Key[]>(
      () => [
        { key: "+", does: "zoom in", run: () => latest.current.zoomIn() },
        { key: "=", does: "zoom in", run: () => latest.current.zoomIn() },
        { key: "-", does: "zoom out", run: () => latest.current.zoomOut() },
        { key: "0", does: "back to now", run: () => latest.current.follow() },
        { key: "t", does: "time line as a plot or as a table", run: () => latest.current.table() },
        { key: "s", does: "demand of each signal, or stacked", run: () => latest.current.stack() },
      ],
      [],
    ),
  );
}

interface ToolsProps {
  acts: Acts;
  address: Address;
  range: Range | null; // null: it goes by a course that is not there yet
  seen: Seen;
  course: Course | null;
  loading: boolean;
}

export function Tools({ acts, address: { look, stacked, asTable }, range, seen, course, loading }: ToolsProps) {
  const live = range !== null && "live" in range ? range.live : null;
  return (
    <div class="tools" role="toolbar" aria-label="Time line">
      <span class="group">
        {spans.map(([word, span]) => (
          <button key={word} type="button" aria-pressed={live === span} onClick={() => look({ live: span })}>
            {word}
          </button>
        ))}
      </span>
      <span class="group">
        <button type="button" aria-label="Earlier" title="Earlier (Shift ←)" onClick={() => acts.move(-0.5)}>
          ‹
        </button>
        <button type="button" aria-label="Zoom out" title="Zoom out (-)" onClick={acts.zoomOut}>
          −
        </button>
        <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={acts.zoomIn}>
          +
        </button>
        <button type="button" aria-label="Later" title="Later (Shift →)" onClick={() => acts.move(0.5)}>
          ›
        </button>
        <button type="button" title="Back to now (0)" aria-pressed={live !== null} onClick={acts.follow}>
          Now
        </button>
      </span>
      <span class="group">
        <button type="button" title="Stack the demands (s)" aria-pressed={stacked} onClick={acts.stack}>
          Stacked
        </button>
        <button type="button" title="The same as a table (t)" aria-pressed={asTable} onClick={acts.table}>
          Table
        </button>
      </span>
      <span class="faint span">
        {range !== null && `${timeText(seen.from).slice(0, 16)}Z – ${timeText(seen.until).slice(0, 16)}Z`}
        {course?.thinned && " · thinned"}
        {course?.complete === false && " · more than is read at once: the earliest are left out"}
        {loading && " · loading …"}
      </span>
    </div>
  );
}
