// Who did what over the API, as the pod that is asked remembers it.
import { useAsked } from "../../parts/ask.js";
import { timeText } from "../../parts/words.js";
import type { Override } from "./overrides.js";
import { whatOf, whomOf } from "./words.js";

interface Change {
  time: string;
  caller: string;
  path: string;
  outcome: "done" | "refused" | "failed";
  change: { action: string; override: string; old: Override | null; new: Override | null } | null;
}

function sentenceOf({ change }: Change): string {
  if (change === null) return "";
  const said = change.new ?? change.old;
  const words = said === null ? change.override : `${whomOf(said)}, ${whatOf(said)}: “${said.reason}”`;
  if (change.action === "remove") return `ended ${words}`;
  return change.old === null ? `set ${words}` : `replaced ${whatOf(change.old)} by ${words}`;
}

export function Changes() {
  const asked = useAsked<{ changes: Change[] }>("changes", {}, 15);
  const known = asked.state === "there" ? asked.value : asked.state === "refused" ? asked.last : null;
  const done = (known?.changes ?? []).filter((each) => each.path.startsWith("/api/v1/overrides") && each.change !== null);
  return (
    <>
      <h2>Who did what</h2>
      {asked.state === "refused" && <p class="bad">{asked.error.message}</p>}
      {known !== null && done.length === 0 && <p class="faint">Nothing since this pod began. The audit log has what was before.</p>}
      <ul class="plain">
        {done.map((each) => (
          <li key={each.time + each.change!.override}>
            <span class="faint">{timeText(each.time)}</span> <strong>{each.caller}</strong> {sentenceOf(each)}
          </li>
        ))}
      </ul>
    </>
  );
}
