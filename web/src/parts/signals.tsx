// What stands of each signal of a decision, wherever one stands: its name, its reading, and what it asks for.
import type { Decision, Signal } from "../api/types.js";
import type { Column } from "./table.js";
import { numberText } from "./words.js";

export function signalColumns({ winner }: Decision, reading: string, demand: string): Column<Signal>[] {
  return [
    { title: "Signal", cell: (each) => <Name name={each.name} won={each.name === winner} /> },
    { title: reading, number: true, cell: (each) => numberText(each.value) },
    { title: demand, number: true, cell: (each) => numberText(each.demand) },
  ];
}

function Name({ name, won }: { name: string; won: boolean }) {
  return (
    <>
      {name}
      {won && <span class="won"> won</span>}
    </>
  );
}
