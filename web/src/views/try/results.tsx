// What came of a replay: figures side by side, the run of each, and the moments at which they differ.
import type { ComponentChildren } from "preact";
import type { DecisionInShort } from "../../api/types.js";
import { Table, type Column } from "../../parts/table.js";
import { numberText, timeText } from "../../parts/words.js";
import { linkTo } from "../../router.js";
import { triggerQuery } from "../../model/trigger.js";
import type { Contrast, Result, Total } from "./job.js";
import { RunPlot } from "./run_plot.js";

interface Figure {
  name: string;
  help: string;
  of: (total: Total) => number | null;
  words: (value: number | null) => string;
  less: "better" | "neither";
}

const percent = (value: number | null) => (value === null ? "–" : `${numberText(value * 100)} %`);

function figuresOf(result: Result): Figure[] {
  const queue = result.replayed.some((each) => each.is_queue);
  const figures: Figure[] = [
    { name: "Replica-hours", help: "what it costs", of: (total) => total.replica_hours, words: numberText, less: "better" },
    { name: "Cost", help: "by costPerReplicaHour", of: (total) => total.cost, words: numberText, less: "better" },
    {
      name: queue ? "Late" : "Short of capacity",
      help: queue ? "share of the items that waited too long" : "share of the time with more load than ready replicas serve",
      of: (total) => total.violations,
      words: percent,
      less: "better",
    },
    { name: "Changes a day", help: "of the number of replicas", of: (total) => total.changes_a_day, words: numberText, less: "better" },
    { name: "Mean replicas", help: "while their number is known", of: (total) => total.mean_replicas, words: numberText, less: "neither" },
    { name: "At the maximum", help: "share of the time", of: (total) => total.at_max, words: percent, less: "neither" },
    { name: "Held", help: "share of the time with a reading missing", of: (total) => total.held, words: percent, less: "neither" },
    { name: "No answer", help: "share of the time with an error", of: (total) => total.no_answer, words: percent, less: "better" },
  ];
  return figures.filter((each) => each.name !== "Cost" || result.replayed.some((run) => run.total.cost !== null));
}

interface Props {
  result: Result;
  labels: string[];
  binding: DecisionInShort;
  outdated: boolean; // the text was changed since
  save: () => Promise<void>;
}

export function Results({ result, labels, binding, outdated, save }: Props) {
  return (
    <>
      <h2 class="first">
        {timeText(result.begin)} to {timeText(result.end)}
      </h2>
      {outdated && <p class="warn">⚠ The policy was changed since: play it again.</p>}
      {result.warnings.map((each) => (
        <p key={each} class="faint">
          {each}
        </p>
      ))}
      <p>{result.load === null ? "No load is known, so nothing is said to be short of capacity." : `Load: ${result.load}.`}</p>
      {result.replayed.map((each, at) =>
        each.first_error === null ? null : (
          <p key={each.name} class="warn">
            ⚠ {labels[at]} had no answer: {each.first_error}
          </p>
        ),
      )}
      <Figures result={result} labels={labels} />
      <RunPlot result={result} labels={labels} />
      <Changed result={result} />
      <Moments result={result} labels={labels} binding={binding} />
      <p class="row">
        <button type="button" onClick={() => void save()}>
          Download the report
        </button>
      </p>
    </>
  );
}

function Figures({ result, labels }: { result: Result; labels: string[] }) {
  const columns: Column<Figure>[] = [
    { title: "", cell: ({ name, help }) => <span title={help}>{name}</span> },
    ...result.replayed.map((run, at): Column<Figure> => ({ title: labels[at], cell: ({ of, words }) => words(of(run.total)) })),
  ];
  const present = result.replayed[labels.indexOf("present policy")];
  const yours = result.replayed.at(-1)!;
  if (present !== undefined) {
    const between = (figure: Figure) => differenceOf(figure, figure.of(present.total), figure.of(yours.total));
    columns.push({ title: "difference", look: (figure) => between(figure).look, cell: (figure) => between(figure).words });
  }
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="What it came to">
      <Table class="figures" columns={columns} rows={figuresOf(result)} keyOf={(figure) => figure.name} />
    </div>
  );
}

function differenceOf(figure: Figure, from: number | null, to: number | null): { words: string; look?: string } {
  if (from === null || to === null) return { words: "–" };
  const change = to - from;
  if (Math.abs(change) < 1e-9) return { words: "same", look: "faint" };
  const size = from === 0 || figure.words === percent ? figure.words(Math.abs(change)) : `${numberText((Math.abs(change) / from) * 100)} %`;
  const words = `${change < 0 ? "−" : "+"}${size}`;
  if (figure.less === "neither") return { words };
  return change < 0 ? { words: `${words} better`, look: "good" } : { words: `${words} worse`, look: "bad" };
}

function ofPolicies(result: Result): Contrast | undefined {
  const policies = result.replayed.filter((each) => !each.really_was).map((each) => each.name);
  return result.contrasts.find((each) => policies.includes(each.first) && policies.includes(each.second));
}

function Changed({ result }: { result: Result }) {
  const contrast = ofPolicies(result);
  if (contrast === undefined) return null;
  return (
    <>
      <h2>What you changed</h2>
      {contrast.fields.length === 0 ? (
        <p class="faint">Nothing: both are the same.</p>
      ) : (
        <ul class="plain">
          {contrast.fields.map((each) => (
            <li key={each.field}>
              <code>{each.field}</code>: <Was value={each.first} /> → <Was value={each.second} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Was({ value }: { value: string }): ComponentChildren {
  return value === "" ? <span class="faint">not there</span> : <code>{value}</code>;
}

function Moments({ result, labels, binding }: { result: Result; labels: string[]; binding: DecisionInShort }) {
  const contrast = ofPolicies(result) ?? result.contrasts[0];
  if (contrast === undefined) return null;
  const labelOf = (name: string) => labels[result.replayed.findIndex((each) => each.name === name)] ?? name;
  return (
    <>
      <h2>
        Where {labelOf(contrast.first)} and {labelOf(contrast.second)} differ
      </h2>
      <p>
        {contrast.moments.length === 0
          ? "They never have different numbers of replicas."
          : `During ${percent(contrast.share_of_time)} of the time. Most of all:`}
      </p>
      <ul class="moments">
        {contrast.moments.map((each) => (
          <li key={each.peak}>
            <a href={linkTo("binding", [binding.namespace, binding.name], { ...triggerQuery(binding), at: each.peak })}>{timeText(each.peak)}</a>{" "}
            <strong>
              {numberText(each.first)} and {numberText(each.second)}
            </strong>
            <dl>
              <dt>{labelOf(contrast.first)}</dt>
              <dd>{each.first_said === "" ? "what there really was" : each.first_said}</dd>
              <dt>{labelOf(contrast.second)}</dt>
              <dd>{each.second_said === "" ? "what there really was" : each.second_said}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}
