// The explanation of the moment that is pointed at, or of the latest decision.
import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../../api/clock.js";
import { asError, get } from "../../api/client.js";
import type { Decision } from "../../api/types.js";
import { keyOf, standing, type Course, type Trigger } from "./course.js";
import type { Explanation } from "./explained.js";
import { timeName } from "./range.js";

const known = new Map<string, Decision>();

// What was asked for once is remembered: the past does not change.
export function useExplanation(trigger: Trigger, moment: number | null, now: number, course: Course | null, latest: Decision | null): Explanation {
  const [found, setFound] = useState<Explanation | null>(null);
  const future = moment !== null && moment > now;
  const point = moment === null || course === null || course.thinned ? null : standing(course, moment);
  const at = moment === null || future ? null : point !== null ? Date.parse(point.time) : Math.round(moment / 1000) * 1000;
  const key = at === null ? "" : `${trigger.namespace}/${trigger.name}/${keyOf(trigger)}/${at}`;
  useEffect(() => {
    if (at === null) return setFound(null);
    const before = known.get(key);
    if (before !== undefined) return setFound({ state: "there", at, decision: before });
    setFound((last) => ({ state: "loading", at, last: last?.state === "there" ? last.decision : last?.state === "loading" ? last.last : latest }));
    const gone = new AbortController();
    const ask = async () => {
      const { namespace, name, policy } = trigger;
      try {
        const query = { namespace, name, policy, at: timeName(Math.min(at, serverNow() - 50)) };
        const page = await get<{ decisions: Decision[] }>("explain", query, gone.signal);
        const mine = page.decisions.find((each) => keyOf(each) === keyOf(trigger));
        if (mine?.source === "journal") remember(key, mine);
        setFound(mine ? { state: "there", at, decision: mine } : { state: "none", at, why: "Nothing is known of this trigger at that time." });
      } catch (error) {
        if (!gone.signal.aborted) setFound({ state: "none", at, why: asError(error).message });
      }
    };
    const timer = setTimeout(ask, 120);
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [key]);
  if (future) return { state: "none", at: moment, why: "That is still to come: what is known of it stands under What changes next, and in the time line." };
  if (found !== null && at !== null) return found;
  if (latest !== null) return { state: "there", at: Date.parse(latest.time ?? "") || now, decision: latest };
  return { state: "none", at: now, why: "Point at the time line to read a decision." };
}

function remember(key: string, decision: Decision): void {
  if (known.size > 500) known.clear();
  known.set(key, decision);
}
