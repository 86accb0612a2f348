// One binding: why there are so many replicas, and what will come next.
import { serverNow } from "../../api/clock.js";
import type { Decision, Decisions } from "../../api/types.js";
import { isMeant } from "../../model/trigger.js";
import { NoSuchTrigger } from "../../parts/no_such_trigger.js";
import { linkTo } from "../../router.js";
import type { ViewProps } from "../../views.js";
import { notAnew, useKept, useNews, type Kept } from "./asked.js";
import { keyOf, type Trigger } from "./course.js";
import { One } from "./one.js";
import { dayMilliseconds, timeName } from "./range.js";

export function Binding({ place }: ViewProps) {
  const [namespace = "", name = ""] = place.parts;
  return <Triggers key={`${namespace}/${name}`} namespace={namespace} name={name} query={place.query} />;
}

// Which trigger of the object: the one that the address says, or the first.
function Triggers({ namespace, name, query }: { namespace: string; name: string; query: URLSearchParams }) {
  const news = useNews(namespace, name);
  const asked = useKept<Decisions>("decisions", { namespace, name }, news, 15);
  const gone = asked.value?.total === 0;
  const recorded = useRecorded(namespace, name, gone, news);
  if (asked.value === null && asked.error === null) return <p class="notice">Loading …</p>;
  if (asked.value === null) {
    return (
      <div class="notice">
        <h1>
          {namespace}/{name}
        </h1>
        <p class="bad">It could not be asked for: {asked.error!.message}</p>
        <p class="faint">It is asked for again by itself.</p>
      </div>
    );
  }
  if (gone && recorded.value === null) {
    if (recorded.error === null) return <p class="notice">Loading …</p>;
    return (
      <div class="notice">
        <h1>Nobody asks for {`${namespace}/${name}`}</h1>
        <p class="bad">The journal could not be asked for it: {recorded.error.message}</p>
        <p class="faint">It is asked again by itself.</p>
      </div>
    );
  }
  const triggers: Trigger[] = gone ? recorded.value!.bindings : asked.value.decisions;
  if (triggers.length === 0) {
    return (
      <div class="notice">
        <h1>Nothing is known of {`${namespace}/${name}`}</h1>
        <p>No trigger of this object has asked Loadline, and the journal has no decision of it. KEDA asks once it has the ScaledObject.</p>
        <p>
          <a href={linkTo("")}>To the fleet</a>
        </p>
      </div>
    );
  }
  const trigger = triggers.find((each) => isMeant(each, query)) ?? null;
  if (trigger === null) return <NoSuchTrigger view="binding" triggers={triggers} />;
  const decision = gone ? null : (trigger as Decision);
  return <One key={keyOf(trigger)} {...{ trigger, triggers, decision, query, news }} decisionNotAnew={notAnew(asked)} />;
}

// Of an object that nobody asks for any more the journal may still know.
function useRecorded(namespace: string, name: string, wanted: boolean, news: number): Kept<{ bindings: Trigger[] }> {
  const from = timeName(Math.ceil(serverNow() / dayMilliseconds - 62) * dayMilliseconds);
  return useKept<{ bindings: Trigger[] }>("timeline", wanted ? { namespace, name, from, limit: 1 } : null, news, 60);
}
