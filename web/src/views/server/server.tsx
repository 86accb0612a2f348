// The server itself: is it ready, do its sources answer, are documents refused.
import { useAsked } from "../../parts/ask.js";
import { Table, type Column } from "../../parts/table.js";
import { timeText } from "../../parts/words.js";
import type { ServerStatus, Source } from "../../api/types.js";

export function Server() {
  const asked = useAsked<ServerStatus>("status", {}, 10);
  if (asked.state === "loading") return <p class="notice">Loading …</p>;
  const status = asked.state === "there" ? asked.value : asked.last;
  return (
    <section class="text">
      <h1>Server</h1>
      {asked.state === "refused" && <p class="bad">{asked.error.message}</p>}
      {status && <Facts status={status} />}
    </section>
  );
}

const sourceColumns: Column<Source>[] = [
  { title: "Source", cell: (each) => each.name },
  { title: "Address", cell: (each) => each.address },
  {
    title: "Says",
    look: (each) => (each.ok ? undefined : "bad"),
    cell: (each) => (each.ok ? "answers" : each.problem),
  },
];

function Facts({ status }: { status: ServerStatus }) {
  return (
    <>
      <dl class="facts">
        <dt>Version</dt>
        <dd>{status.version}</dd>
        <dt>KEDA may call</dt>
        <dd>{status.ready ? "yes" : <span class="bad">no</span>}</dd>
        <dt>Bindings</dt>
        <dd>
          {status.bindings}: {status.answers.numbers} with a number, {status.answers.errors} with an error
        </dd>
        <dt>Last tick</dt>
        <dd>{status.last_tick === null ? "none yet" : timeText(status.last_tick)}</dd>
        {status.journal && (
          <>
            <dt>Journal</dt>
            <dd>{status.journal.ok ? status.journal.where : <span class="bad">{status.journal.problem}</span>}</dd>
          </>
        )}
      </dl>
      <h2>Sources</h2>
      <Table columns={sourceColumns} rows={status.sources} keyOf={(each) => each.name} />
      <h2>Documents that are refused</h2>
      {status.policy_problems.length === 0 ? (
        <p>None: {status.policies} policies are in force.</p>
      ) : (
        <ul>
          {status.policy_problems.map((each) => (
            <li key={`${each.file}:${each.line}:${each.rule}`}>
              <code>
                {each.file}:{each.line}
              </code>{" "}
              {each.field}: {each.rule} {each.hint}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
