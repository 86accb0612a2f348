// One moment of the time line: what it says, and which one comes before or after it.
import { numberText, timeText } from "../../parts/words.js";
import type { ApiProblem, Decision } from "../../api/types.js";
import { standing, type Course, type DecidedNumbers, type Point } from "./course.js";
import { valueAt, type Line } from "./lines.js";
import type { Seen } from "./range.js";

export interface Snapshot {
  valueOf: (line: Line) => number | null;
  error: ApiProblem | null;
}

// `latest`: the decision that may stand now; null where `time` is another one. The time line hears of it later, and of changes
// only. What it does not say itself is as the time line has it.
export function snapshotOf(course: Course, time: number, latest: Decision | null): Snapshot {
  if (latest === null || !isStanding(latest, course, time)) {
    return { valueOf: (line) => valueAt(line, time), error: standing(course, time)?.error ?? null };
  }
  const decided = numbersOf(latest);
  return { valueOf: (line) => (line.of === undefined ? valueAt(line, time) : line.of(decided)), error: latest.error };
}

// Not where the course has a later one, nor where it would have been confirmed since: then it could not be asked for anew.
function isStanding({ time }: Decision, { points, stands }: Course, now: number): boolean {
  const decided = Date.parse(time ?? "");
  const isOvertaken = Date.parse(points.at(-1)?.time ?? "") > decided;
  return !isOvertaken && now - decided <= stands;
}

function numbersOf({ replicas, wanted, observed, signals }: Decision): DecidedNumbers {
  const demands = (signals ?? []).flatMap(({ name, demand }): [string, number][] => (demand === null ? [] : [[name, demand]]));
  return { wanted: replicas === null ? null : (wanted ?? null), observed: observed ?? null, demands: Object.fromEntries(demands) };
}

// "2026-11-24 06:00:00Z: wanted 4.1, there are 4, lag 4.1": what a slider says of itself.
export function momentText(time: number, lines: Line[], { valueOf, error }: Snapshot): string {
  const said = lines
    .map((line) => ({ label: line.label, value: valueOf(line) }))
    .filter((each) => each.value !== null)
    .map((each) => `${each.label} ${numberText(each.value)}`);
  const failed = error === null ? "" : `no answer: ${error.code}`;
  return `${timeText(time)}: ${[failed, ...said.reverse()].filter((each) => each !== "").join(", ") || "nothing is known"}`;
}

export type Direction = "earlier" | "later" | "first" | "last";

// The decision to which one goes from the moment that is kept (null: none is); undefined where there is none.
export function pointTo(direction: Direction, points: Point[], seen: Seen, kept: number | null, now: number): Point | undefined {
  const inSight = points.filter((each) => Date.parse(each.time) >= seen.from && Date.parse(each.time) <= seen.until);
  if (direction === "first") return inSight[0];
  if (direction === "last") return inSight.at(-1);
  if (direction === "earlier") return points.findLast((each) => Date.parse(each.time) < (kept ?? Infinity));
  return points.find((each) => Date.parse(each.time) > (kept ?? now));
}
