// The overrides there are, and how one is ended.
import { useState } from "preact/hooks";
import { ApiError, remove } from "../../api/client.js";
import { spanText, timeText } from "../../parts/words.js";
import type { Override } from "./overrides.js";
import { whatOf, whomOf } from "./words.js";

export function OverrideList({ overrides, changed }: { overrides: Override[]; changed: (words: string[]) => void }) {
  const [ending, setEnding] = useState<Override | null>(null);
  if (overrides.length === 0) return <p>None: every policy decides by itself.</p>;
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Overrides">
      <table>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">What</th>
            <th scope="col">Why</th>
            <th scope="col">Who</th>
            <th scope="col">When</th>
            <th scope="col">
              <span class="unseen">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {overrides.map((each) => (
            <tr key={each.name}>
              <th scope="row">
                {whomOf(each)}
                <div class="faint" title={each.matches.join("\n")}>
                  {each.bindings === 0 ? "⚠ matches nobody" : `${each.bindings} ${each.bindings === 1 ? "binding" : "bindings"}`}
                </div>
              </th>
              <td>{whatOf(each)}</td>
              <td class="reason">{each.reason}</td>
              <td>
                {each.author ?? "–"}
                {each.set_over === "document" && <div class="faint">in a document</div>}
              </td>
              <td>
                <When override={each} />
              </td>
              <td>
                {each.set_over === "api" && (
                  <button type="button" aria-label={`End ${each.name}`} onClick={() => setEnding(each)}>
                    End …
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ending && (
        <EndIt
          override={ending}
          close={(words) => {
            setEnding(null);
            if (words !== null) changed([words]);
          }}
        />
      )}
    </div>
  );
}

function When({ override: each }: { override: Override }) {
  const left = (Date.parse(each.until) - Date.now()) / 1000;
  return (
    <>
      {each.state === "to_come" ? (
        <span>from {each.from === null ? "now" : timeText(each.from)}</span>
      ) : (
        <span>
          in force{each.taken_up ? "" : ", not read by this pod yet"}, {spanText(left)} left
        </span>
      )}
      <div class="faint">until {timeText(each.until)}</div>
    </>
  );
}

function opened(dialog: HTMLDialogElement | null): void {
  if (dialog?.open === false) dialog.showModal();
}

function EndIt({ override: each, close }: { override: Override; close: (words: string | null) => void }) {
  const [problem, setProblem] = useState("");
  const end = async () => {
    try {
      await remove(`overrides/${encodeURIComponent(each.name)}`);
      close(`Ended: ${whomOf(each)}, ${whatOf(each)}.`);
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : String(error));
    }
  };
  return (
    <dialog ref={opened} onClose={() => close(null)} aria-labelledby="end-title">
      <h2 id="end-title">End this override?</h2>
      <p>
        <strong>{whomOf(each)}</strong>: {whatOf(each)}, by {each.author ?? "somebody"}: “{each.reason}”.
      </p>
      <p>The policy decides again at once.</p>
      {problem !== "" && (
        <p class="bad" role="alert">
          {problem}
        </p>
      )}
      <p class="row">
        <button type="button" class="primary" onClick={() => void end()}>
          End it
        </button>
        <button type="button" onClick={() => close(null)}>
          Leave it
        </button>
      </p>
    </dialog>
  );
}
