// What is to be shown: by words, by state; and how many there are of each.
import { useEffect, useState } from "preact/hooks";
import { fleet } from "../../model/fleet.js";
import { stateOf } from "../../model/row_state.js";
import { columns, isMoving, type Column, type Only, type Order } from "./order.js";
import { titles } from "./titles.js";

export const filterId = "fleet-filter";

interface FiltersProps {
  text: string;
  setText: (text: string) => void;
  only: Only;
  setOnly: (only: Only) => void;
  order: Order;
  setOrder: (order: Order) => void;
  shown: number;
}

const choices: { only: Only; name: string; sign: string }[] = [
  { only: "all", name: "All", sign: "" },
  { only: "bad", name: "Errors", sign: "◆" },
  { only: "warn", name: "Unsure", sign: "▲" },
  { only: "moving", name: "Moving", sign: "⇅" },
];

export function Filters({ text, setText, only, setOnly, order, setOrder, shown }: FiltersProps) {
  const counts = useCounts();
  return (
    <div class="filters">
      <input
        id={filterId}
        type="search"
        placeholder="Filter ( / )"
        aria-label="Filter by namespace, object, policy, winner or state"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText("");
          if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
        }}
      />
      <div class="choices" role="group" aria-label="Show">
        {choices.map((each) => (
          <button
            key={each.only}
            type="button"
            class={`choice ${each.only}`}
            aria-pressed={only === each.only || (each.only !== "all" && each.only !== "moving" && only === "problems")}
            onClick={() => setOnly(only === each.only ? "all" : each.only)}
          >
            {each.sign !== "" && <span aria-hidden="true">{each.sign} </span>}
            {each.name} <span class="figure">{counts[each.only]}</span>
          </button>
        ))}
      </div>
      <label class="sorting">
        Sort
        <select
          value={(order.down ? "-" : "") + order.by}
          onChange={(event) => {
            const { value } = event.currentTarget;
            setOrder({ by: value.replace(/^-/, "") as Column, down: value.startsWith("-") });
          }}
        >
          {columns.flatMap((each) => [
            <option key={each} value={each}>
              {titles[each].name} ↑
            </option>,
            <option key={`-${each}`} value={`-${each}`}>
              {titles[each].name} ↓
            </option>,
          ])}
        </select>
      </label>
      <span class="count faint">
        {shown !== fleet.rows.size ? `${shown} of ${fleet.rows.size}` : shown === 1 ? "1 binding" : `${shown} bindings`}
      </span>
    </div>
  );
}

type Counts = Record<Only, number>;

// Each second, as there may be ten thousand.
function useCounts(): Counts {
  const [counts, setCounts] = useState<Counts>(countRows);
  useEffect(() => {
    const timer = setInterval(() => setCounts(countRows()), 1000);
    return () => clearInterval(timer);
  }, []);
  return counts;
}

function countRows(): Counts {
  const counts: Counts = { all: fleet.rows.size, problems: 0, bad: 0, warn: 0, moving: 0 };
  for (const row of fleet.rows.values()) {
    const { level } = stateOf(row);
    if (level === "bad" || level === "warn") counts[level] += 1;
    if (isMoving(row)) counts.moving += 1;
  }
  counts.problems = counts.bad + counts.warn;
  return counts;
}
