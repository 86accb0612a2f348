// What was wrong a short time ago and is over: the lanes have it as a stroke only, next to now.
import type { Course } from "./course.js";
import { markText } from "./kinds.js";

const recent = 15 * 60_000;
const wrong = ["error", "missing", "unknown"];

export interface Over {
  text: string;
  until: string;
}

// Of each the last time; of those that go on nothing: `present` says what does.
export function lately(course: Course, now: number, present: Set<string>): Over[] {
  const over = new Map<string, string>();
  for (const mark of course.marks) {
    const ago = now - Date.parse(mark.until);
    if (wrong.includes(mark.kind) && !present.has(mark.kind) && ago > 0 && ago <= recent) over.set(markText(mark), mark.until);
  }
  return [...over].map(([text, until]) => ({ text, until }));
}
