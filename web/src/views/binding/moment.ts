// One moment of the time line: what it says, and which one comes before or after it.
import { numberText, timeText } from "../../parts/words.js";
import { standing, type Course, type Point } from "./course.js";
import { valueAt, type Line } from "./lines.js";
import type { Seen } from "./range.js";

// "2026-11-24 06:00:00Z: wanted 4.1, there are 4, lag 4.1": what a slider says of itself.
export function momentText(time: number, lines: Line[], course: Course): string {
  const said = lines
    .map((line) => ({ label: line.label, value: valueAt(line, time) }))
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
