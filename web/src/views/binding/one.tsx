// One trigger of a binding: what is wanted and why, its time line, and the decision of any moment.
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { stream } from "../../api/events.js";
import type { Decision } from "../../api/types.js";
import { triggerQuery } from "../../model/trigger.js";
import { useClock } from "../../parts/hooks.js";
import { NotAnewLine, type NotAnew } from "../../parts/not_anew.js";
import { useStore } from "../../parts/store.js";
import { linkTo } from "../../router.js";
import { addressOf } from "./address.js";
import { useCourse } from "./asked.js";
import type { Trigger } from "./course.js";
import { Explained, type Explanation } from "./explained.js";
import { useExplanation } from "./explanation.js";
import { firstRange } from "./first_range.js";
import { Head } from "./head.js";
import { useHpa } from "./hpa.js";
import { Now } from "./now.js";
import { useAhead } from "./outlook.js";
import { around, dayMilliseconds, rangeQuery, seenOf, timeName, usual, type Live, type Seen } from "./range.js";
import { TimeLine } from "./time_line.js";
import { actsOf, Tools, useTimeLineKeys } from "./tools.js";

interface OneProps {
  trigger: Trigger;
  triggers: Trigger[];
  decision: Decision | null; // null: it is not asked for any more
  decisionNotAnew: NotAnew | null;
  query: URLSearchParams;
  news: number;
}

export function One({ trigger, triggers, decision, decisionNotAnew, query, news }: OneProps) {
  const { namespace, name } = trigger;
  const live = useStore(stream.state);
  const stale = live.state === "lost";
  const address = useMemo(() => addressOf(namespace, name, query), [namespace, name, query]);
  const [first, setFirst] = useState<Live | null>(null);
  const range = address.range ?? first ?? usual;
  const followed = "live" in range ? range : (first ?? usual);
  const now = useClock("live" in range ? range.live : dayMilliseconds);
  const seen = seenOf(range, now);
  const end = stale ? Math.min(now, live.since) : now;

  const { course, loading, error } = useCourse(trigger, new URLSearchParams(rangeQuery(range)).toString(), seen, news);
  // Before the course is painted, and once: a plot that one reads does not jump.
  useLayoutEffect(() => {
    if (first === null && course !== null) setFirst(firstRange(course, now));
  }, [course]);
  const isRangeKnown = address.range !== null || course !== null || error !== null;
  const ahead = useAhead(trigger, seen, now, news);
  const hpa = useHpa(trigger, news);
  const [pointed, setPointed] = useState<number | null>(null);
  const moment = pointed ?? address.pinned;
  const explanation = useExplanation(trigger, moment, now, course, decision);
  const acts = actsOf(address, range, followed, now);
  useTimeLineKeys(acts);
  return (
    <div class="binding">
      <Head {...{ trigger, triggers }} onChoose={(each) => address.set({ ...triggerQuery(each), at: null })} />
      {decision === null ? (
        <p class="banner">
          <span aria-hidden="true">◇</span> Nobody asks for it any more: what is shown is what the journal has.
        </p>
      ) : (
        <Now
          {...{ decision, course, now, stale }}
          coming={ahead.known ? ahead.coming : null}
          hpa={hpa.said}
          notAnew={{ decision: decisionNotAnew, coming: ahead.notAnew, hpa: hpa.notAnew }}
          onLook={(time) => address.look(around(time, seen.until - seen.from))}
        />
      )}
      {decision === null && decisionNotAnew !== null && !stale && <NotAnewLine what="That nobody asks for it" of={decisionNotAnew} />}
      <Tools {...{ acts, address, seen, course, loading }} range={isRangeKnown ? range : null} />
      <TimeLine {...{ course, error, decision, address, acts, range, seen, now, end, moment, ahead }} hpa={hpa.events} onPoint={setPointed} />
      <Explained
        {...{ explanation, now }}
        pinned={moment !== null}
        href={linkOf(trigger, seen, explanation)}
        onRelease={() => address.look(range, null)}
      />
    </div>
  );
}

// To what is seen, and the decision that is explained.
function linkOf(trigger: Trigger, seen: Seen, explanation: Explanation): string {
  const time = explanation.state === "there" ? explanation.decision.time : null;
  return linkTo("binding", [trigger.namespace, trigger.name], {
    ...triggerQuery(trigger),
    ...rangeQuery({ from: Math.round(seen.from / 1000) * 1000, until: Math.round(seen.until / 1000) * 1000 }),
    at: time ?? timeName(explanation.at),
  });
}
