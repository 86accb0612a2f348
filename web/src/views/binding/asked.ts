// What this view asks the API for, kept while it is asked for again: nothing flickers.
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/clock.js";
import { asError, get, type ApiError, type Query } from "../../api/client.js";
import { stream } from "../../api/events.js";
import { token } from "../../api/token.js";
import type { BindingName } from "../../api/types.js";
import type { NotAnew } from "../../parts/not_anew.js";
import { askCourse, joined, keyOf, type Course, type Trigger } from "./course.js";
import type { Seen } from "./range.js";

export interface Kept<T> {
  value: T | null;
  at: number | null; // when that was asked for
  error: ApiError | null; // of the last try
}

// What failed last, whatever is known from before.
export function notAnew({ at, error }: Kept<unknown>): NotAnew | null {
  return error === null ? null : { at, error };
}

// `again`: asked anew when it is another; `every`: seconds.
export function useKept<T>(path: string, query: Query | null, again: number, every: number): Kept<T> {
  const [kept, setKept] = useState<Kept<T>>({ value: null, at: null, error: null });
  const question = JSON.stringify([path, query]);
  useEffect(() => {
    if (query === null) return;
    const gone = new AbortController();
    let timer = 0;
    const ask = async () => {
      try {
        const value = await get<T>(path, query, gone.signal);
        setKept({ value, at: serverNow(), error: null });
      } catch (error) {
        if (gone.signal.aborted) return;
        setKept((before) => ({ ...before, error: asError(error) }));
      }
      timer = setTimeout(ask, every * 1000); // one at a time: none overtakes another one
    };
    void ask();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [question, again, every]);
  return kept;
}

// Counts on when decisions of the object came, the stream began, or the token is another one.
export function useNews(namespace: string, name: string): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    let timer = 0;
    // The journal writes in batches, a quarter of a second apart.
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setCount((before) => before + 1), 400);
    };
    const mine = (each: BindingName) => each.namespace === namespace && each.name === name;
    const ends = [
      stream.onDecisions((events) => events.some(mine) && soon()),
      stream.onBegin(soon),
      token.follow(soon),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [namespace, name]);
  return count;
}

export type CourseState = { course: Course | null; loading: boolean; error: ApiError | null };

const mostPoints = 400;

// The course of what is seen: asked for anew where another part is looked at, and joined to where it goes on.
export function useCourse(trigger: Trigger | null, range: string, seen: Seen, news: number): CourseState {
  const [state, setState] = useState<CourseState>({ course: null, loading: true, error: null });
  const latest = useRef({ seen, state });
  latest.current = { seen, state };
  const key = trigger === null ? "" : keyOf(trigger);
  const failed = state.course === null && state.error !== null;

  useEffect(() => {
    if (trigger === null) return;
    const gone = new AbortController();
    const ask = async () => {
      setState((before) => ({ ...before, loading: true }));
      const { from, until } = latest.current.seen;
      const margin = (until - from) / 10;
      try {
        const course = await askCourse(trigger, from - margin, until + margin, mostPoints, gone.signal);
        setState({ course, loading: false, error: null });
      } catch (error) {
        if (!gone.signal.aborted) setState((before) => ({ ...before, loading: false, error: asError(error) }));
      }
    };
    // While somebody turns the wheel only the last range counts.
    const timer = setTimeout(ask, latest.current.state.course === null ? 0 : 180);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [key, range, failed ? news : 0]);

  useEffect(() => {
    const before = latest.current.state.course;
    if (trigger === null || before === null || news === 0) return;
    // A part of the past does not change.
    if (before.until < latest.current.seen.until) {
      const gone = new AbortController();
      const whole = before.points.length > mostPoints * 2.5;
      const last = Date.parse(before.points.at(-1)?.time ?? "");
      const from = whole || Number.isNaN(last) ? before.from : last;
      askCourse(trigger, from, latest.current.seen.until, mostPoints, gone.signal).then(
        (tail) =>
          setState((now) => {
            if (now.course !== before) return now;
            return { ...now, course: from === before.from ? tail : joined(before, tail), error: null };
          }),
        (error: unknown) => !gone.signal.aborted && setState((now) => ({ ...now, error: asError(error) })),
      );
      return () => gone.abort();
    }
    return undefined;
  }, [news]);
  return state;
}
