// One moment of the time line: what it says, and which one comes before or after it.
import { numberText, timeText } from "../../parts/words.js";
import type { Decision } from "../../api/types.js";
import { standing, type Course, type Point } from "./course.js";
import { linesOf, valueAt, type Drawn, type Line } from "./lines.js";
import type { Seen } from "./range.js";

export type ValueOf = (line: Line) => number | null;

export const valuesAt =
  (time: number): ValueOf =>
  (line) =>
    valueAt(line, time);

// What the decision itself says, as the time line hears of it later, and of changes only; all else as of then.
export function valuesNow(decision: Decision, { signals, stacked }: Pick<Drawn, "signals" | "stacked">, at: number): ValueOf {
  const point = pointOf(decision);
  const time = Date.parse(point.time);
  const course = { points: [point], marks: [], from: time, until: time, stands: 0, complete: true, thinned: false };
  const said = new Map(linesOf({ course, end: time, signals, stacked, hpa: [], forecasts: [] }).map((line) => [line.id, line]));
  return (line) => {
    if (!/^(wanted|observed|demand:.*)$/.test(line.id)) return valueAt(line, at);
    const own = said.get(line.id);
    return own === undefined ? null : valueAt(own, time);
  };
}

function pointOf({ time, replicas, wanted, active, observed, error, winner, signals }: Decision): Point {
  const asked = (signals ?? []).flatMap(({ name, demand }): [string, number][] => (demand === null ? [] : [[name, demand]]));
  return {
    ...{ time: time ?? "", kind: "now", replicas, active, error, floor: null, ceiling: null, expected: {} },
    wanted: replicas === null ? null : (wanted ?? null),
    observed: observed ?? null,
    winner: winner ?? "",
    demands: Object.fromEntries(asked),
  };
}

// "2026-11-24 06:00:00Z: wanted 4.1, there are 4, lag 4.1": what a slider says of itself.
export function momentText(time: number, lines: Line[], valueOf: ValueOf, course: Course): string {
  const said = lines
    .map((line) => ({ label: line.label, value: valueOf(line) }))
    .filter((each) => each.value !== null)
    .map((each) => `${each.label} ${numberText(each.value)}`);
  const point = standing(course, time);
  const failed = point?.error ? `no answer: ${point.error.code}` : "";
  return `${timeText(time)}: ${[failed, ...said.reverse()].filter((each) => each !== "").join(", ") || "nothing is known"}`;
}

export type Step = -1 | 1 | "first" | "last";

// The decision that is a step from the moment that is kept (null: none is); undefined where there is none.
export function stepped(points: Point[], seen: Seen, by: Step, kept: number | null, now: number): Point | undefined {
  const inSight = points.filter((each) => Date.parse(each.time) >= seen.from && Date.parse(each.time) <= seen.until);
  if (by === "first") return inSight[0];
  if (by === "last") return inSight.at(-1);
  if (by < 0) return points.findLast((each) => Date.parse(each.time) < (kept ?? Infinity));
  return points.find((each) => Date.parse(each.time) > (kept ?? now));
}
