// Which binding's history a policy is to be tried on.
import { useEffect, useState } from "preact/hooks";
import { asError, get } from "../../api/client.js";
import type { BindingName, Bindings } from "../../api/types.js";
import { idOf } from "../../model/binding_id.js";
import { parametersText, triggerQuery } from "../../model/trigger.js";
import { Table, type Column } from "../../parts/table.js";
import { go, linkTo } from "../../router.js";

const shown = 50;

const linkOf = (each: BindingName) => linkTo("try", [each.namespace, each.name], triggerQuery(each));

const columns: Column<BindingName>[] = [
  {
    title: "Object",
    cell: (each) => (
      <a href={linkOf(each)}>
        {each.namespace}/{each.name}
      </a>
    ),
  },
  {
    title: "Policy",
    cell: (each) => (
      <>
        {each.policy} <span class="faint">{parametersText(each.metadata)}</span>
      </>
    ),
  },
];

export function ChooseBinding() {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<Bindings | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const gone = new AbortController();
    get<Bindings>("bindings", { limit: 1000 }, gone.signal).then(setFound, (error: unknown) => {
      if (!gone.signal.aborted) setProblem(asError(error).message);
    });
    return () => gone.abort();
  }, []);
  const wanted = words.trim().toLowerCase();
  const matching = (found?.bindings ?? []).filter((each) =>
    `${each.namespace}/${each.name} ${each.policy} ${parametersText(each.metadata)}`.toLowerCase().includes(wanted),
  );
  const first = matching[0];
  return (
    <section class="text">
      <h1>Try a policy</h1>
      <p>On whose history? What is tried is played on what was recorded; nothing in the cluster changes.</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (first) go(linkOf(first));
        }}
      >
        <label>
          Namespace, object or policy{" "}
          <input type="search" value={words} ref={(input) => input?.focus()} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
      </form>
      {problem !== "" && <p class="bad">{problem}</p>}
      {found?.total === 0 && <p class="faint">No binding is known yet: KEDA has not called.</p>}
      {found !== null && found.total > 0 && (
        <Table class="choose" columns={columns} rows={matching.slice(0, shown)} keyOf={idOf} />
      )}
      {matching.length > shown && <p class="faint">{matching.length - shown} more: write more of the name.</p>}
    </section>
  );
}
