// The whole explanation of one decision: each signal's reading and age, each stage, what is different from before.
import type { Decision } from "../../api/types.js";
import { numberText, spanText, timeText } from "../../parts/words.js";
import { kindOf, kinds } from "./kinds.js";

export type Explanation =
  | { state: "loading"; at: number; last: Decision | null }
  | { state: "there"; at: number; decision: Decision }
  | { state: "none"; at: number; why: string };

interface ExplainedProps {
  explanation: Explanation;
  now: number;
  pinned: boolean;
  href: string;
  onRelease: () => void;
}

export function Explained({ explanation, now, pinned, href, onRelease }: ExplainedProps) {
  const decision = explanation.state === "there" ? explanation.decision : explanation.state === "loading" ? explanation.last : null;
  const time = decision?.time ? Date.parse(decision.time) : explanation.at;
  return (
    <section class="explained" aria-labelledby="explained" aria-busy={explanation.state === "loading"}>
      <header>
        <h2 id="explained">
          {pinned ? "The decision" : "The latest decision"} of {timeText(time)}
        </h2>
        <span class="faint">
          {spanText((now - time) / 1000)} ago
          {decision?.source === "recomputed" && " · recomputed: the journal has no record of then"}
        </span>
        <span class="space" />
        <a href={href}>Link to this decision</a>
        {pinned && (
          <button type="button" onClick={onRelease}>
            Back to the latest
          </button>
        )}
      </header>
      {explanation.state === "none" && <p class="faint">{explanation.why}</p>}
      {decision !== null && <Whole decision={decision} />}
    </section>
  );
}

function Whole({ decision }: { decision: Decision }) {
  return (
    <>
      <p class="summary">
        {decision.error !== null && (
          <span class="kind error">
            <span aria-hidden="true">{kinds["error"]!.shape}</span> {decision.error.code}:{" "}
          </span>
        )}
        {decision.summary}
      </p>
      <div class="sides">
        <div class="wide">
          <table>
            <caption>Signals</caption>
            <thead>
              <tr>
                <th scope="col">Signal</th>
                <th scope="col" class="number">
                  Reading
                </th>
                <th scope="col" class="number">
                  Asks for
                </th>
                <th scope="col" class="number">
                  Age
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {(decision.signals ?? []).map((each) => (
                <tr key={each.name}>
                  <th scope="row">
                    {each.name}
                    {each.name === decision.winner && <span class="won"> won</span>}
                  </th>
                  <td class="number">{numberText(each.value)}</td>
                  <td class="number">{numberText(each.demand)}</td>
                  <td class="number">{each.value === null ? "–" : spanText(each.age_seconds)}</td>
                  <td>
                    <Kind reason={each.reason} /> {each.sentence}
                  </td>
                </tr>
              ))}
              {(decision.signals ?? []).length === 0 && (
                <tr>
                  <td colSpan={5} class="faint">
                    The record has none.
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
        <div class="wide">
          <table>
            <caption>Stages</caption>
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <th scope="col" class="number">
                  From
                </th>
                <th scope="col" class="number">
                  To
                </th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {(decision.steps ?? []).map((each, index) => (
                <tr key={index}>
                  <th scope="row">{each.stage}</th>
                  <td class="number">{numberText(each.before)}</td>
                  <td class="number">{numberText(each.after)}</td>
                  <td>
                    <Kind reason={each.reason} /> {each.sentence}
                  </td>
                </tr>
              ))}
              <tr class="total">
                <th scope="row">answer</th>
                <td class="number" />
                <td class="number">{numberText(decision.replicas)}</td>
                <td>
                  {decision.active === null ? "no answer" : decision.active ? "active" : "inactive"}, of {numberText(decision.observed)} observed,
                  confidence {numberText(decision.confidence)}
                </td>
              </tr>
            </tbody>
          </table>
        </div>
      </div>
      <Lines title="Different from before" lines={decision.changes ?? []} />
      <Lines title="Notes" lines={decision.notes ?? []} />
    </>
  );
}

function Kind({ reason }: { reason: string }) {
  const kind = kindOf(reason);
  if (kind === undefined) return null;
  return (
    <span class={`kind ${kind}`}>
      <span aria-hidden="true">{kinds[kind]!.shape}</span> {kinds[kind]!.word}:
    </span>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  if (lines.length === 0) return null;
  return (
    <div class="notes">
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
