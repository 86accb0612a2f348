// Who follows whom, and who shares which budget: what a change of one does to others.
import { useEffect } from "preact/hooks";
import type { Dependencies } from "../../api/types.js";
import { fleet } from "../../model/fleet.js";
import { useAsked } from "../../parts/ask.js";
import { useStore } from "../../parts/store.js";
import { Budgets } from "./budgets.js";
import { Graph } from "./graph.js";

export function Links() {
  useEffect(() => fleet.look(), []);
  useStore(fleet.version);
  useStore(fleet.members);
  const asked = useAsked<Dependencies>("dependencies", {}, 15);
  if (asked.state === "loading") return <p class="notice faint">Asking who shares what …</p>;
  const known = asked.state === "there" ? asked.value : asked.last;
  return (
    <section class="text links">
      <h1>Budgets and dependencies</h1>
      {asked.state === "refused" && <p class="bad">{asked.error.message}</p>}
      {known !== null && (
        <>
          <h2>Budgets</h2>
          {known.budgets.length === 0 ? <p class="faint">No policies share a budget.</p> : <Budgets budgets={known.budgets} />}
          <h2>Who follows whom</h2>
          {known.dependencies.length === 0 ? (
            <p class="faint">No binding follows another one.</p>
          ) : (
            <Graph dependencies={known.dependencies} />
          )}
        </>
      )}
    </section>
  );
}
