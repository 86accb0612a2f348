// Which rows are shown, in which order.
import type { Row } from "../../model/fleet.js";
import { forecastWord, stateOf, urgency } from "../../model/row_state.js";
import { wholeReplicas } from "../../model/whole_replicas.js";

export const columns = ["state", "object", "policy", "have", "want", "winner", "forecast", "confidence", "age"] as const;
export type Column = (typeof columns)[number];

export interface Order {
  by: Column;
  down: boolean; // the largest first
}

export const choices = ["all", "problems", "bad", "warn", "moving"] as const;
export type Only = (typeof choices)[number];

// Orders that follow what is decided: kept for a moment, so that rows do not jump under the eye.
export const changes = (order: Order) => order.by !== "object" && order.by !== "policy";

export function isMoving(row: Row): boolean {
  return row.replicas !== null && row.observed !== null && wholeReplicas(row.replicas) !== row.observed;
}

const texts = new Intl.Collator("en", { numeric: true });
const byObject = (a: Row, b: Row) => texts.compare(a.object, b.object) || (a.id < b.id ? -1 : 1);
const known = (value: number | null) => (value === null ? -Infinity : value);

const by: Record<Column, (a: Row, b: Row) => number> = {
  state: (a, b) => urgency[stateOf(a).level] - urgency[stateOf(b).level],
  object: () => 0,
  policy: (a, b) => texts.compare(a.policy, b.policy),
  have: (a, b) => known(a.observed) - known(b.observed),
  want: (a, b) => known(a.replicas) - known(b.replicas),
  winner: (a, b) => texts.compare(a.winner, b.winner),
  forecast: (a, b) => texts.compare(forecastWord(a), forecastWord(b)),
  confidence: (a, b) => known(a.confidence) - known(b.confidence),
  age: (a, b) => b.at - a.at,
};

export function orderRows(rows: Row[], order: Order): Row[] {
  const compare = by[order.by];
  const sign = order.down ? -1 : 1;
  if (order.by === "object") return rows.sort((a, b) => sign * byObject(a, b));
  return rows.sort((a, b) => sign * compare(a, b) || byObject(a, b));
}

// Each word has to be in the row's names, its winner, or be its state's: "payments held".
export function chooseRows(rows: Iterable<Row>, text: string, only: Only): Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen: Row[] = [];
  for (const row of rows) {
    if (only !== "all" && !isOf(row, only)) continue;
    if (words.every((word) => row.words.includes(word) || row.winner.toLowerCase().includes(word) || stateOf(row).word === word))
      chosen.push(row);
  }
  return chosen;
}

function isOf(row: Row, only: Only): boolean {
  if (only === "moving") return isMoving(row);
  const { level } = stateOf(row);
  return only === "problems" ? level === "bad" || level === "warn" : level === only;
}
