// The whole explanation of one decision: each signal's reading and age, each stage, what is different from before.
import type { Decision, Signal, Step } from "../../api/types.js";
import { signalColumns } from "../../parts/signals.js";
import { Table, type Column } from "../../parts/table.js";
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
          <Signals decision={decision} />
        </div>
        <div class="wide">
          <Stages decision={decision} />
        </div>
      </div>
      <Lines title="Different from before" lines={decision.changes ?? []} />
      <Lines title="Notes" lines={decision.notes ?? []} />
    </>
  );
}

const why: Column<Signal | Step> = {
  title: "Why",
  cell: (each) => (
    <>
      <Kind reason={each.reason} /> {each.sentence}
    </>
  ),
};

function Signals({ decision }: { decision: Decision }) {
  const signals = decision.signals ?? [];
  const columns: Column<Signal>[] = [
    ...signalColumns(decision, "Reading", "Asks for"),
    { title: "Age", number: true, cell: (each) => (each.value === null ? "–" : spanText(each.age_seconds)) },
    why,
  ];
  const none = (
    <tr>
      <td colSpan={columns.length} class="faint">
        The record has none.
      </td>
    </tr>
  );
  return (
    <Table
      caption={<caption>Signals</caption>}
      columns={columns}
      rows={signals}
      keyOf={(each) => each.name}
      below={signals.length === 0 && none}
    />
  );
}

const stageColumns: Column<Step>[] = [
  { title: "Stage", cell: (each) => each.stage },
  { title: "From", number: true, cell: (each) => numberText(each.before) },
  { title: "To", number: true, cell: (each) => numberText(each.after) },
  why,
];

function Stages({ decision: { steps, replicas, active, observed, confidence } }: { decision: Decision }) {
  const answer = (
    <tr class="total">
      <th scope="row">answer</th>
      <td class="number" />
      <td class="number">{numberText(replicas)}</td>
      <td>
        {active === null ? "no answer" : active ? "active" : "inactive"}, of {numberText(observed)} observed, confidence{" "}
        {numberText(confidence)}
      </td>
    </tr>
  );
  return <Table caption={<caption>Stages</caption>} columns={stageColumns} rows={steps ?? []} keyOf={(_, at) => at} below={answer} />;
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
