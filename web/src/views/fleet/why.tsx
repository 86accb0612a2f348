// Why the selected row is what it is: its sentence, its signals, its steps.
import { useEffect, useState } from "preact/hooks";
import { asError, get } from "../../api/client.js";
import type { Decision, Decisions } from "../../api/types.js";
import { idOf } from "../../model/binding_id.js";
import { fleet, type Row } from "../../model/fleet.js";
import { stateOf } from "../../model/row_state.js";
import { signalColumns } from "../../parts/signals.js";
import { useStore } from "../../parts/store.js";
import { Table } from "../../parts/table.js";
import { clockText, numberText } from "../../parts/words.js";
import { views } from "../../views.js";

interface WhyProps {
  row: Row;
  close: () => void;
  open: (row: Row) => void;
}

export function Why({ row, close, open }: WhyProps) {
  useStore(fleet.version);
  const { decision, problem } = useDecision(row);
  const said = decision ?? row; // all of one decision, also where the next one is known already
  const state = stateOf(row);
  return (
    <aside class="why" aria-label={`Why: ${row.object}`}>
      <header>
        <h2>{row.object}</h2>
        <span class={state.level}>{state.word}</span>
        <span>
          has {numberText(said.observed)}, wants {numberText(said.replicas)}
          {said.active === false && ", inactive"}
        </span>
        {said.time !== null && <span class="faint">decided {clockText(said.time)}</span>}
        <span class="space" />
        {"binding" in views && (
          <button type="button" onClick={() => open(row)}>
            Open
          </button>
        )}
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      <p class={said.error === null ? "sentence" : "sentence bad"}>{said.summary}</p>
      {row.findings.map((each) => (
        <p key={each.finding + each.sentence} class={each.severity === "note" ? "faint" : "warn"}>
          {each.finding}: {each.sentence} {each.mend}
        </p>
      ))}
      {problem !== "" && <p class="bad">{problem}</p>}
      {decision !== null && <Reasons decision={decision} />}
    </aside>
  );
}

function Reasons({ decision }: { decision: Decision }) {
  const signals = decision.signals ?? [];
  const steps = decision.steps ?? [];
  return (
    <div class="reasons">
      {signals.length > 0 && (
        <Table
          caption={<caption class="unseen">Signals</caption>}
          columns={[...signalColumns(decision, "Value", "Demand"), { title: "Why", cell: (each) => each.sentence }]}
          rows={signals}
          keyOf={(each) => each.name}
          look={(each) => (each.name === decision.winner ? "won" : undefined)}
        />
      )}
      {steps.length > 0 && (
        <ol class="steps" aria-label="Steps">
          {steps.map((each, at) => (
            <li key={at}>
              <span class="faint">{each.stage}</span> {each.sentence}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

// Asked for anew where the row was decided anew, and not more than once a second.
function useDecision(row: Row): { decision: Decision | null; problem: string } {
  const [known, setKnown] = useState<{ decision: Decision | null; problem: string }>({ decision: null, problem: "" });
  useEffect(() => {
    const gone = new AbortController();
    let timer = 0;
    let asked = -1; // for the decision of that time
    const ask = async () => {
      if (asked !== row.at) {
        asked = row.at;
        try {
          const query = { namespace: row.namespace, name: row.name, policy: row.policy };
          const page = await get<Decisions>("decisions", query, gone.signal);
          setKnown({ decision: page.decisions.find((each) => idOf(each) === row.id) ?? null, problem: "" });
        } catch (error) {
          if (!gone.signal.aborted) setKnown((last) => ({ ...last, problem: asError(error).message }));
        }
      }
      if (!gone.signal.aborted) timer = setTimeout(ask, 1000);
    };
    timer = setTimeout(ask, 80); // who goes from row to row does not want to know all of them
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [row.id]);
  return known;
}
