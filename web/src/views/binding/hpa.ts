// What the HPA asked for and has, where Kubernetes is watched.
import { useMemo } from "preact/hooks";
import type { NotAnew } from "../../parts/not_anew.js";
import { notAnew, useKept } from "./asked.js";
import type { HpaSaid } from "./asked_of_hpa.js";
import { keyOf, type HpaEvent, type Trigger } from "./course.js";
import type { HpaNow } from "./decision.js";

interface HpaEvents {
  kubernetes: boolean;
  events: HpaEvent[];
}
interface Effectiveness {
  kubernetes: boolean;
  bindings: (Trigger & { now: HpaNow; sentence: string })[];
}

interface Hpa {
  said: HpaSaid | null;
  events: HpaEvent[];
  notAnew: NotAnew | null;
}

export function useHpa(trigger: Trigger, news: number): Hpa {
  const query = { namespace: trigger.namespace, name: trigger.name, policy: trigger.policy, limit: 1000 };
  const events = useKept<HpaEvents>("hpa-events", query, news, 15);
  const watched = events.value?.kubernetes === true;
  const states = useKept<Effectiveness>("effectiveness", watched ? query : null, news, 15);
  const mine = watched ? states.value?.bindings.find((each) => keyOf(each) === keyOf(trigger)) : undefined;
  const said = events.value === null ? null : { kubernetes: watched, now: mine?.now ?? null, sentence: mine?.sentence ?? "" };
  const list = useMemo(() => (events.value?.events ?? []).filter((each) => keyOf(each) === keyOf(trigger)), [events.value]);
  return { said, events: list, notAnew: notAnew(events) ?? (watched ? notAnew(states) : null) };
}
