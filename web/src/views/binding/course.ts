// The course of a trigger as the API tells it: what was (timeline), what comes (outlook), what the HPA did.
import { get } from "../../api/client.js";
import { standsOf, type ApiProblem, type BindingName } from "../../api/types.js";

export interface Point {
  time: string;
  kind: string;
  replicas: number | null;
  wanted: number | null;
  active: boolean | null;
  observed: number | null;
  error: ApiProblem | null;
  winner: string;
  floor: number | null;
  ceiling: number | null;
  demands: Record<string, number>;
  expected: Record<string, number>;
}

// What a decision itself says, too, before the timeline has it.
export type DecidedNumbers = Pick<Point, "wanted" | "observed" | "demands">;

export interface Mark {
  kind: string;
  reason: string;
  name: string;
  from: string;
  until: string;
  records: number;
}

interface TimelinePage {
  now: string;
  stands_seconds: number;
  bindings: (BindingName & { records: number; complete: boolean; points: Point[]; marks: Mark[] })[];
}

export interface Change {
  at: string;
  kind: string;
  name: string;
  replicas: number | null;
  counts: boolean;
  stays: boolean;
  sentence: string;
}

export interface Expected {
  signal: string;
  of: string;
  quantile: number;
  counts: boolean;
  ahead_seconds: number | null;
  first: string;
  step_seconds: number;
  middle: number[];
  upper: number[];
}

export interface Outlook extends BindingName {
  time: string | null;
  min: number | null;
  max: number | null;
  changes: Change[];
  forecasts: Expected[];
}

export interface HpaEvent extends BindingName {
  time: string;
  event: string;
  before: number;
  desired: number;
  current: number;
  ready: number | null;
  reason: string;
}

export interface Course {
  points: Point[];
  marks: Mark[];
  from: number; // what was asked for
  until: number; // up to when it is told: the server's now at the time of asking
  stands: number; // milliseconds; Infinity: until the next one
  complete: boolean;
  thinned: boolean;
}

export type Trigger = BindingName;

export const keyOf = (name: BindingName): string => JSON.stringify([name.policy, Object.entries(name.metadata).sort()]);

const textOf = (time: number) => new Date(Math.round(time)).toISOString();

export async function askCourse(trigger: Trigger, from: number, until: number, limit: number, signal: AbortSignal): Promise<Course> {
  const { namespace, name, policy } = trigger;
  const query = { namespace, name, policy, from: textOf(from), until: textOf(until), limit };
  const page = await get<TimelinePage>("timeline", query, signal);
  const mine = page.bindings.find((each) => keyOf(each) === keyOf(trigger));
  return {
    points: mine?.points ?? [],
    marks: mine?.marks ?? [],
    from,
    until: Math.min(until, Date.parse(page.now)),
    stands: standsOf(page) * 1000,
    complete: mine?.complete ?? true,
    thinned: (mine?.records ?? 0) > (mine?.points.length ?? 0),
  };
}

// What came since, joined to what is there: nothing of it is drawn anew.
export function joined(before: Course, tail: Course): Course {
  const last = before.points.at(-1)?.time ?? "";
  const points = [...before.points, ...tail.points.filter((each) => each.time > last)];
  const cut = tail.from;
  const marks = before.marks
    .filter((each) => Date.parse(each.from) < cut)
    .map((each) => (Date.parse(each.until) > cut ? { ...each, until: textOf(cut) } : each));
  for (const mark of tail.marks) {
    const goesOn = marks.findLastIndex(
      (each) =>
        each.kind === mark.kind && each.name === mark.name && each.reason === mark.reason && Date.parse(mark.from) - Date.parse(each.until) <= 1000,
    );
    if (goesOn < 0) marks.push(mark);
    else marks[goesOn] = { ...marks[goesOn]!, until: mark.until };
  }
  return { ...before, points, marks, until: tail.until };
}

// The point that stood at a time; null where none did. Between two of them a mark says where nothing is known.
export function standing({ points, marks, stands }: Course, time: number): Point | null {
  const point = points.findLast((each) => Date.parse(each.time) <= time);
  if (point === undefined) return null;
  const isUnknown = marks.some((mark) => mark.kind === "unknown" && Date.parse(mark.from) <= time && time < Date.parse(mark.until));
  const isOver = point === points.at(-1) && time - Date.parse(point.time) > stands;
  return isUnknown || isOver ? null : point;
}

export function signalsOf(course: Course): string[] {
  const names = new Set<string>();
  for (const point of course.points) for (const name of Object.keys(point.demands)) names.add(name);
  return [...names];
}
