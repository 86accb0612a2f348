// What is looked at where the address says no range: all that is known, but at most the usual span.
import type { Course } from "./course.js";
import { seenOf, spans, usual, type Live } from "./range.js";

// Null where the course does not tell it: it is of less than the usual span, or has nothing.
export function firstRange(course: Course, now: number): Live | null {
  const since = knownSince(course);
  if (since === null || course.from > seenOf(usual, now).from) return null;
  const fitting = spans.find(([, span]) => seenOf({ live: span }, now).from <= since);
  return { live: Math.min(fitting?.[1] ?? usual.live, usual.live) };
}

function knownSince(course: Course): number | null {
  const first = course.points[0];
  if (first === undefined) return null;
  if (!course.complete) return course.from;
  // Of decisions close to each other some are left out, perhaps the first one: but up to that one there is no record.
  const before = course.marks.find((mark) => mark.kind === "unknown" && Date.parse(mark.from) <= course.from + 1);
  return Math.min(Date.parse(first.time), Date.parse(before?.until ?? first.time));
}
