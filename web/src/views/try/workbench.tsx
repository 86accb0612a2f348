// The editor, what is to be played, and what came of it.
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, post } from "../../api/client.js";
import type { DecisionInShort } from "../../api/types.js";
import type { Editor } from "../../editor/editor.js";
import type { SchemaNode } from "../../editor/schema.js";
import type { Problem } from "../../editor/sentence.js";
import { linkTo } from "../../router.js";
import { ClusterTimesFields, told, untold } from "./cluster_times.js";
import { download } from "./download.js";
import { play, report, type Job, type Result } from "./job.js";
import { Problems } from "./problems.js";
import { Results } from "./results.js";

const quiet = 350; // ms without a key until what is written is checked

const spans: [string, string][] = [
  ["", "all that there is"],
  ["-1h", "the last hour"],
  ["-6h", "the last 6 hours"],
  ["-1d", "the last day"],
  ["-7d", "the last 7 days"],
  ["-14d", "the last 14 days"],
];

const begun = `apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: tried }
spec:
  allowedNamespaces: ["*"]
`;

interface Props {
  binding: DecisionInShort;
  present: string | null;
  schema: SchemaNode;
}

type Checked = { state: "checking" } | { state: "checked"; problems: Problem[] } | { state: "unchecked"; why: string };
type Played =
  | { state: "none" }
  | { state: "playing"; job: Job | null }
  | { state: "done"; id: string; result: Result; labels: string[]; of: string }
  | { state: "failed"; why: string };

// What a trigger's metadata sets of a policy's parameters: all but what Loadline and KEDA themselves go by.
function parametersOf(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== "scalerAddress" && key !== "policy" && key !== "enableTLS"));
}

export function Workbench({ binding, present, schema }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [loaded, setLoaded] = useState<"loading" | "there" | string>("loading");
  const [text, setText] = useState(present ?? begun);
  const [checked, setChecked] = useState<Checked>({ state: "checking" });
  const [played, setPlayed] = useState<Played>({ state: "none" });
  const [history, setHistory] = useState("journal");
  const [from, setFrom] = useState("");
  const [capacity, setCapacity] = useState("");
  const [times, setTimes] = useState(untold);
  const playing = useRef<AbortController | null>(null);
  const start = useRef<() => void>(() => undefined);

  useEffect(() => {
    let gone = false;
    import("../../editor/editor.js").then(
      ({ makeEditor }) => {
        if (gone || host.current === null) return;
        editor.current = makeEditor(host.current, text, schema, "Policy, as YAML", setText, () => start.current());
        setLoaded("there");
      },
      (error: unknown) => setLoaded(String(error)),
    );
    return () => {
      gone = true;
      editor.current?.remove();
      playing.current?.abort();
    };
  }, []);

  useEffect(() => {
    setChecked({ state: "checking" });
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { problems } = await post<{ problems: Problem[] }>("validate", text, "application/yaml", gone.signal);
        editor.current?.show(problems);
        setChecked({ state: "checked", problems });
      } catch (error) {
        if (!gone.signal.aborted) setChecked({ state: "unchecked", why: error instanceof ApiError ? error.message : String(error) });
      }
    }, quiet);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text, loaded]);

  start.current = async () => {
    playing.current?.abort();
    const ends = new AbortController();
    playing.current = ends;
    setPlayed({ state: "playing", job: null });
    const question = {
      namespace: binding.namespace,
      name: binding.name,
      policies: present === null ? [text] : [present, text],
      parameters: parametersOf(binding.metadata),
      history,
      ...(from === "" ? (history === "sources" ? { from: "-1d" } : {}) : { from }),
      ...(capacity === "" ? {} : { capacity: Number(capacity) }),
      ...told(times),
    };
    try {
      for await (const job of play(question, ends.signal)) {
        if (ends.signal.aborted) return;
        if (job.state === "failed") setPlayed({ state: "failed", why: job.error?.message ?? job.error?.detail ?? "The replay has failed." });
        else if (job.state === "done" && job.result) {
          const labels = job.result.replayed.map((each, at) => {
            if (each.really_was) return "what was";
            return at === job.result!.replayed.length - 1 ? "yours" : "present policy";
          });
          setPlayed({ state: "done", id: job.id, result: job.result, labels, of: text });
        } else setPlayed({ state: "playing", job });
      }
    } catch (error) {
      if (!ends.signal.aborted) setPlayed({ state: "failed", why: error instanceof ApiError ? error.message : String(error) });
    }
  };

  const errors = checked.state === "checked" ? checked.problems.filter((each) => each.severity !== "warning").length : 0;
  const object = `${binding.namespace}/${binding.name}`;
  return (
    <section class="try">
      <div class="try-write">
        <h1>
          Try a policy on <a href={linkTo("binding", [binding.namespace, binding.name], { policy: binding.policy })}>{object}</a>
        </h1>
        <p class="faint">
          {present === null
            ? `No document of the policy ${binding.policy} is in force: what you write is played by itself.`
            : `What you write is played beside ${binding.policy}, as it is in force.`}{" "}
          Nothing in the cluster changes.
        </p>
        <div class="try-editor">
          <div ref={host} class="editor" />
          {loaded === "loading" && <p class="faint">Loading the editor …</p>}
          {loaded !== "loading" && loaded !== "there" && <p class="bad">The editor could not be loaded: {loaded}</p>}
        </div>
        <Problems checked={checked} goTo={(line) => editor.current?.goTo(line)} />
        <p class="row">
          <button type="button" disabled={present === null || text === present} onClick={() => present !== null && editor.current?.replace(present)}>
            Back to the present policy
          </button>
          <button type="button" onClick={() => download("policy.yaml", new Blob([text], { type: "application/yaml" }))}>
            Download the YAML
          </button>
        </p>
        <form
          class="row try-form"
          onSubmit={(event) => {
            event.preventDefault();
            start.current();
          }}
        >
          <label>
            History
            <select value={history} onChange={(event) => setHistory(event.currentTarget.value)}>
              <option value="journal">of the journal</option>
              <option value="sources">of the sources</option>
            </select>
          </label>
          <label>
            Time
            <select value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
              {spans
                .filter(([value]) => history === "journal" || value !== "")
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
              value={capacity}
              onInput={(event) => setCapacity(event.currentTarget.value)}
            />
          </label>
          <ClusterTimesFields times={times} set={setTimes} />
          {played.state === "playing" ? (
            <button
              type="button"
              onClick={() => {
                playing.current?.abort();
                setPlayed({ state: "none" });
              }}
            >
              Stop
            </button>
          ) : (
            <button type="submit" class="primary" disabled={errors > 0} title="Ctrl Enter">
              Play
            </button>
          )}
        </form>
      </div>
      <div class="try-results" aria-live="polite">
        {played.state === "none" && (
          <p class="notice faint">
            Change something, and press <kbd>Ctrl</kbd> <kbd>Enter</kbd>: here stands what it would have cost, where it would have been short, and
            when it would have decided otherwise.
          </p>
        )}
        {played.state === "playing" && <Progress job={played.job} />}
        {played.state === "failed" && (
          <div class="notice" role="alert">
            <h2>It could not be played</h2>
            <p class="bad">{played.why}</p>
          </div>
        )}
        {played.state === "done" && (
          <Results
            result={played.result}
            labels={played.labels}
            binding={binding}
            outdated={played.of !== text}
            save={async () => download(`replay-${binding.name}.html`, await report(played.id))}
          />
        )}
      </div>
    </section>
  );
}

function Progress({ job }: { job: Job | null }) {
  return (
    <div class="notice">
      <p>{job === null || job.state === "waiting" ? "Waiting for its turn …" : job.doing === "" ? "Playing …" : `${job.doing} …`}</p>
      {job !== null && job.of > 0 ? <progress value={job.done} max={job.of} aria-label="Played" /> : <progress aria-label="Played" />}
    </div>
  );
}
