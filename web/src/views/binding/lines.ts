// The lines of the plot: each with its own times, so that what has no value somewhere needs none.
import type { Course, DecidedNumbers, Expected, HpaEvent, Point } from "./course.js";

export interface Line {
  id: string;
  label: string;
  colour: string; // a custom property: "--accent"
  width: number;
  dash?: number[];
  stepped: boolean;
  fill?: number; // how opaque it is filled down to zero
  x: number[]; // seconds since 1970
  y: (number | null)[];
  of?: (decided: DecidedNumbers) => number | null; // where a decision itself says its value
}

// A step holds its value until the next one, also where that is "not known".
const justBefore = 0.001;

class Steps {
  x: number[] = [];
  y: (number | null)[] = [];

  add(time: number, value: number | null): void {
    const last = this.y.at(-1);
    if (value === null && last !== undefined && last !== null) this.push(time - justBefore, last);
    this.push(time, value);
  }

  private push(time: number, value: number | null): void {
    if (time <= (this.x.at(-1) ?? -Infinity)) return;
    this.x.push(time);
    this.y.push(value);
  }
}

function stepsOf(course: Course, end: number, value: (point: Point) => number | null): Steps {
  const steps = new Steps();
  const gaps = course.marks.filter((mark) => mark.kind === "unknown").map((mark) => Date.parse(mark.from) / 1000);
  gaps.sort((a, b) => a - b);
  let gap = 0;
  let last: number | null = null;
  for (const point of course.points) {
    const time = Date.parse(point.time) / 1000;
    while (gap < gaps.length && gaps[gap]! <= time) steps.add(gaps[gap++]!, null);
    last = value(point);
    steps.add(time, last);
  }
  for (; gap < gaps.length; ++gap) {
    steps.add(gaps[gap]!, null);
    last = null;
  }
  const lastTime = Date.parse(course.points.at(-1)?.time ?? "") / 1000;
  steps.add(Math.min(end / 1000, lastTime + course.stands / 1000), last);
  return steps;
}

function hpaSteps(events: HpaEvent[], end: number, value: (event: HpaEvent) => number | null): Steps {
  const steps = new Steps();
  for (const event of events.toReversed()) steps.add(Date.parse(event.time) / 1000, value(event));
  if (events[0] !== undefined) steps.add(end / 1000, value(events[0]));
  return steps;
}

export const signalColour = (index: number): string => `--signal-${(index % 6) + 1}`;

export interface Drawn {
  course: Course;
  end: number; // up to when what was decided last stands, as far as is known
  signals: string[];
  stacked: boolean;
  hpa: HpaEvent[];
  forecasts: Expected[];
}

export function linesOf({ course, end, signals, stacked, hpa, forecasts }: Drawn): Line[] {
  const lines: Line[] = [];
  const add = (id: string, label: string, steps: Steps, look: Partial<Line> & { colour: string }) =>
    lines.push({ id, label, width: 1.25, stepped: true, ...look, x: steps.x, y: steps.y });
  const has = (value: (point: Point) => number | null) => course.points.some((point) => value(point) !== null);
  const addDecided = (id: string, label: string, of: (decided: DecidedNumbers) => number | null, look: Partial<Line> & { colour: string }) =>
    add(id, label, stepsOf(course, end, of), { ...look, of });

  if (has((point) => point.observed))
    addDecided("observed", "there are", (decided) => decided.observed, { colour: "--faint", width: 1, fill: 0.14 });
  if (hpa.length > 0) {
    add("ready", "ready", hpaSteps(hpa, end, (event) => event.ready), { colour: "--good", width: 1.5, dash: [2, 2] });
    add("hpa", "HPA asked", hpaSteps(hpa, end, (event) => event.desired), { colour: "--text", width: 1.5, dash: [7, 3] });
  }
  if (has((point) => point.floor))
    add("floor", "floor", stepsOf(course, end, (point) => point.floor), { colour: "--faint", width: 1, dash: [2, 3] });
  if (has((point) => point.ceiling))
    add("ceiling", "ceiling", stepsOf(course, end, (point) => point.ceiling), { colour: "--faint", width: 1, dash: [10, 4] });

  signals.forEach((name, index) => {
    const one = (decided: DecidedNumbers) => decided.demands[name] ?? null;
    // Stacked: on top of those before it; a signal without a demand adds nothing.
    const sum = (decided: DecidedNumbers) =>
      one(decided) === null ? null : signals.slice(0, index + 1).reduce((total, each) => total + (decided.demands[each] ?? 0), 0);
    const look = { colour: signalColour(index), ...(stacked ? { fill: 0.2 } : {}) };
    addDecided(`demand:${name}`, name, stacked ? sum : one, look);
  });

  const ahead = new Map(forecasts.map((each) => [each.signal, each.ahead_seconds ?? 0]));
  const expected = new Set(course.points.flatMap((point) => Object.keys(point.expected)));
  for (const name of expected) {
    const steps = stepsOf(course, end, (point) => point.expected[name] ?? null);
    // Beside what really came: at the time that it was expected for.
    const later = ahead.get(name) ?? 0;
    lines.push({
      ...{ id: `expected:${name}`, label: `${name}: was expected`, colour: "--forecast", width: 1.25, dash: [1, 3] },
      ...{ stepped: true, x: steps.x.map((time) => time + later), y: steps.y },
    });
  }
  for (const each of forecasts) {
    const first = Date.parse(each.first) / 1000;
    const x = each.middle.map((_, i) => first + i * each.step_seconds);
    // Of what is ahead: beside a decision's own numbers theirs would be taken for what it went by.
    const look = { colour: "--forecast", stepped: false, x, of: () => null };
    const quantile = `${Math.round(each.quantile * 1000) / 10} %`;
    lines.push({ id: `upper:${each.signal}`, label: `${each.signal}: ${quantile} below`, width: 1, ...look, y: each.upper });
    lines.push({ id: `middle:${each.signal}`, label: `${each.signal}: expected`, width: 1.5, dash: [5, 3], ...look, y: each.middle });
  }
  addDecided("wanted", "wanted", (decided) => decided.wanted, { colour: "--accent", width: 2.25 });
  return lines;
}

// The value that a line has at a time; null where it has none.
export function valueAt(line: Line, time: number): number | null {
  const at = time / 1000;
  let low = 0;
  let high = line.x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (line.x[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  if (low === 0 || (low === line.x.length && line.x.at(-1)! < at)) return null;
  const before = line.y[low - 1]!;
  const after = line.y[low];
  if (line.stepped || before === null || after === undefined || after === null) return before;
  return before + ((after - before) * (at - line.x[low - 1]!)) / (line.x[low]! - line.x[low - 1]!);
}
