// Sets an override. What is wrong with it the API says, field by field.
import { useEffect, useState } from "preact/hooks";
import { ApiError, get, post } from "../../api/client.js";
import type { Bindings } from "../../api/types.js";
import { timeText } from "../../parts/words.js";
import type { Override } from "./overrides.js";
import { whatOf, whomOf } from "./words.js";

type Whom = "object" | "namespace" | "policy" | "all";

interface FieldProblem {
  field: string;
  rule: string;
  found: string;
  hint: string;
}

const spans = ["15m", "30m", "1h", "2h", "4h", "8h", "1d"];

function problemsOf(error: unknown): FieldProblem[] {
  if (error instanceof ApiError) {
    const told = (error.problem as { problems?: FieldProblem[] } | null)?.problems;
    return told ?? [{ field: "", rule: error.message, found: "", hint: "" }];
  }
  return [{ field: "", rule: String(error), found: "", hint: "" }];
}

export function SetOverride({ object, changed }: { object: string; changed: (words: string[]) => void }) {
  const [whom, setWhom] = useState<Whom>("object");
  const [name, setName] = useState(object);
  const [kind, setKind] = useState<Override["kind"]>("pin");
  const [replicas, setReplicas] = useState("");
  const [span, setSpan] = useState("1h");
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState<FieldProblem[]>([]);
  const [names, setNames] = useState<Bindings["bindings"]>([]);
  useEffect(() => {
    const gone = new AbortController();
    get<Bindings>("bindings", { limit: 1000 }, gone.signal).then(
      (page) => setNames(page.bindings),
      () => undefined, // what is refused is told by the list above
    );
    return () => gone.abort();
  }, []);

  const known = [
    ...new Set(names.map((each) => (whom === "object" ? `${each.namespace}/${each.name}` : whom === "namespace" ? each.namespace : each.policy))),
  ];
  const set = async () => {
    const [namespace = "", rest] = name.split("/", 2);
    const body = {
      ...(whom === "all" ? { all: true } : {}),
      ...(whom === "object" ? { namespace, object: rest ?? "" } : {}),
      ...(whom === "namespace" ? { all: true, namespace: name } : {}),
      ...(whom === "policy" ? { policy: name } : {}),
      kind,
      ...(kind === "hold" || replicas === "" ? {} : { replicas: Number(replicas) }),
      for: span,
      reason,
    };
    try {
      const made = await post<Override>("overrides", body);
      setProblems([]);
      setReason("");
      changed([
        `Set: ${whomOf(made)}, ${whatOf(made)}, until ${timeText(made.until)}.`,
        ...(made.warnings ?? []).map((each) => `⚠ ${each}`),
      ]);
    } catch (error) {
      setProblems(problemsOf(error));
    }
  };
  return (
    <>
      <h2>Set one</h2>
      <form
        class="set-override"
        onSubmit={(event) => {
          event.preventDefault();
          void set();
        }}
      >
        <label>
          For
          <select value={whom} onChange={(event) => (setWhom(event.currentTarget.value as Whom), setName(""))}>
            <option value="object">one object</option>
            <option value="policy">all of a policy</option>
            <option value="namespace">all of a namespace</option>
            <option value="all">everything</option>
          </select>
        </label>
        {whom !== "all" && (
          <label class="wide-field">
            {whom === "object" ? "Namespace/object" : whom === "policy" ? "Policy" : "Namespace"}
            <input
              list="known-names"
              value={name}
              placeholder={whom === "object" ? "data/orders-cdc" : ""}
              required
              pattern={whom === "object" ? "[^\\/]+\\/[^\\/]+" : undefined}
              title={whom === "object" ? "NAMESPACE/OBJECT" : undefined}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <datalist id="known-names">
              {known.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          </label>
        )}
        <label>
          What
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value as Override["kind"])}>
            <option value="pin">pin to</option>
            <option value="floor">at least</option>
            <option value="ceiling">at most</option>
            <option value="hold">hold what there is (pause)</option>
          </select>
        </label>
        {kind !== "hold" && (
          <label>
            Replicas
            <input type="number" min="0" step="1" required value={replicas} onInput={(event) => setReplicas(event.currentTarget.value)} />
          </label>
        )}
        <label>
          For how long
          <input list="spans" value={span} required onInput={(event) => setSpan(event.currentTarget.value)} />
          <datalist id="spans">
            {spans.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </label>
        <label class="wide-field">
          Reason
          <input value={reason} required maxLength={500} placeholder="database migration" onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
        <button type="submit" class="primary">
          Set it
        </button>
      </form>
      <div role="alert">
        {problems.map((each) => (
          <p key={each.field + each.rule} class="bad">
            {each.field === "" ? "" : `${each.field}: `}
            {each.rule}
            {each.found === "" ? "" : `; found ${each.found}`}
            {each.hint === "" ? "" : ` (${each.hint})`}
          </p>
        ))}
      </div>
    </>
  );
}
