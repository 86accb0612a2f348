// The overrides there are, and how one is ended.
import { useState } from "preact/hooks";
import { serverNow } from "../../api/clock.js";
import { asError, remove } from "../../api/client.js";
import { Table, type Column } from "../../parts/table.js";
import { spanText, timeText } from "../../parts/words.js";
import type { Override } from "./overrides.js";
import { whatOf, whomOf } from "./words.js";

function columnsOf(end: (override: Override) => void): Column<Override>[] {
  return [
    { title: "For", cell: (each) => <Whom override={each} /> },
    { title: "What", cell: whatOf },
    { title: "Why", look: () => "reason", cell: (each) => each.reason },
    { title: "Who", cell: (each) => <Who override={each} /> },
    { title: "When", cell: (each) => <When override={each} /> },
    { title: <span class="unseen">End it</span>, cell: (each) => each.set_over === "api" && <End override={each} end={end} /> },
  ];
}

export function OverrideList({ overrides, changed }: { overrides: Override[]; changed: (words: string[]) => void }) {
  const [ending, setEnding] = useState<Override | null>(null);
  if (overrides.length === 0) return <p>None: every policy decides by itself.</p>;
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Overrides">
      <Table columns={columnsOf(setEnding)} rows={overrides} keyOf={(each) => each.name} />
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

function Whom({ override: each }: { override: Override }) {
  return (
    <>
      {whomOf(each)}
      <div class="faint" title={each.matches.join("\n")}>
        {each.bindings === 0 ? "⚠ matches nobody" : `${each.bindings} ${each.bindings === 1 ? "binding" : "bindings"}`}
      </div>
    </>
  );
}

function Who({ override: each }: { override: Override }) {
  return (
    <>
      {each.author ?? "–"}
      {each.set_over === "document" && <div class="faint">in a document</div>}
    </>
  );
}

function End({ override: each, end }: { override: Override; end: (override: Override) => void }) {
  return (
    <button type="button" aria-label={`End ${each.name}`} onClick={() => end(each)}>
      End …
    </button>
  );
}

function When({ override: each }: { override: Override }) {
  const left = (Date.parse(each.until) - serverNow()) / 1000;
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
      setProblem(asError(error).message);
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
        <button type="button" onClick={(event) => event.currentTarget.closest("dialog")!.close()}>
          Leave it
        </button>
      </p>
    </dialog>
  );
}
