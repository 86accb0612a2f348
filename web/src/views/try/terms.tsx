// On what a policy is played: which history, how much of it, and what the cluster is like.
import type { DecisionInShort } from "../../api/types.js";
import { ClusterTimesFields, told, untold, type ClusterTimes } from "./cluster_times.js";
import { useDraft } from "./draft.js";
import type { Question } from "./job.js";

export interface Terms {
  history: string; // journal, sources
  from: string;
  capacity: string;
  times: ClusterTimes;
}

const usual: Terms = { history: "journal", from: "", capacity: "", times: untold };

const spans: [string, string][] = [
  ["", "all that there is"],
  ["-1h", "the last hour"],
  ["-6h", "the last 6 hours"],
  ["-1d", "the last day"],
  ["-7d", "the last 7 days"],
  ["-14d", "the last 14 days"],
];

// `of`: the binding whose they are.
export function useTerms(of: string): [Terms, (changes: Partial<Terms>) => void] {
  const [text, setText] = useDraft(of, "terms", JSON.stringify(usual));
  const terms = JSON.parse(text) as Terms;
  return [terms, (changes) => setText(JSON.stringify({ ...terms, ...changes }))];
}

type Parameters = Question["parameters"];

export function questionOf(binding: DecisionInShort, policies: string[], parameters: Parameters, { history, from, capacity, times }: Terms): Question {
  return {
    namespace: binding.namespace,
    name: binding.name,
    policies,
    parameters,
    history,
    ...(from === "" ? (history === "sources" ? { from: "-1d" } : {}) : { from }),
    ...(capacity === "" ? {} : { capacity: Number(capacity) }),
    ...told(times),
  };
}

export function TermsFields({ terms, set }: { terms: Terms; set: (changes: Partial<Terms>) => void }) {
  return (
    <>
      <label>
        History
        <select value={terms.history} onChange={(event) => set({ history: event.currentTarget.value })}>
          <option value="journal">of the journal</option>
          <option value="sources">of the sources</option>
        </select>
      </label>
      <label>
        Time
        <select value={terms.from} onChange={(event) => set({ from: event.currentTarget.value })}>
          {spans
            .filter(([value]) => terms.history === "journal" || value !== "")
            .map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
        </select>
      </label>
      <label>
        A replica serves, a second
        <input
          type="number"
          min="0.001"
          step="any"
          placeholder="by the policy"
          value={terms.capacity}
          onInput={(event) => set({ capacity: event.currentTarget.value })}
        />
      </label>
      <ClusterTimesFields times={terms.times} set={(times) => set({ times })} />
    </>
  );
}
