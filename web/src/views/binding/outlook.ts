// What is known to come: changes by themselves, and forecasts.
import { useMemo } from "preact/hooks";
import type { NotAnew } from "../../parts/not_anew.js";
import { notAnew, useKept } from "./asked.js";
import { keyOf, type Change, type Expected, type Outlook, type Trigger } from "./course.js";
import { dayMilliseconds, timeName, type Seen } from "./range.js";

export interface Ahead {
  known: boolean; // false: it was not answered yet
  coming: Change[];
  forecasts: Expected[];
  notAnew: NotAnew | null;
}

const none: Expected[] = [];

export function useAhead(trigger: Trigger, seen: Seen, now: number, news: number): Ahead {
  const { namespace, name, policy } = trigger;
  const horizon = Math.min(Math.max(now + 7 * dayMilliseconds, seen.until), now + 61 * dayMilliseconds);
  const query = { namespace, name, policy, until: timeName(Math.ceil(horizon / dayMilliseconds) * dayMilliseconds) };
  const kept = useKept<{ bindings: Outlook[] }>("outlook", query, news, 30);
  const mine = kept.value?.bindings.find((each) => keyOf(each) === keyOf(trigger));
  const coming = useMemo(
    () => (mine?.changes ?? []).filter((each) => Date.parse(each.at) > now),
    [kept.value, Math.floor(now / 1000)],
  );
  return { known: kept.value !== null, coming, forecasts: mine?.forecasts ?? none, notAnew: notAnew(kept) };
}
