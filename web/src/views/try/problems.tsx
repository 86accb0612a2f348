// What Loadline says of what is written.
import { sentence } from "../../editor/sentence.js";
import type { Checked } from "./checked.js";

export function Problems({ checked, goTo }: { checked: Checked; goTo: (line: number) => void }) {
  if (checked.state === "checking") return <p class="faint problems">Checking …</p>;
  if (checked.state === "unchecked") return <p class="bad problems">Not checked: {checked.why}</p>;
  if (checked.problems.length === 0) return <p class="good problems">✓ Valid</p>;
  return (
    <ul class="problems" aria-label="Problems">
      {checked.problems.map((each) => (
        <li key={`${each.line} ${each.column} ${each.field} ${each.rule}`} class={each.severity === "warning" ? "warn" : "bad"}>
          <button type="button" class="link" onClick={() => goTo(each.line)}>
            {each.severity === "warning" ? "⚠" : "✕"} line {each.line}
          </button>{" "}
          {sentence(each)}
        </li>
      ))}
    </ul>
  );
}
