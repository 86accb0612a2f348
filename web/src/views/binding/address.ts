// What the address says of the view: range, moment, and how the time line is shown; and how that is changed.
import { linkTo, replace } from "../../router.js";
import { rangeQuery, statedRange, timeName, type Range } from "./range.js";

export interface Address {
  range: Range | null; // null: it says none
  pinned: number | null; // the moment that is kept
  stacked: boolean;
  asTable: boolean;
  set: (changes: Record<string, string | null>) => void;
  look: (range: Range, moment?: number | null) => void; // null: none is kept; where it is left out it stays
}

export function addressOf(namespace: string, name: string, query: URLSearchParams): Address {
  const at = Date.parse(query.get("at") ?? "");
  const pinned = Number.isNaN(at) ? null : at;
  const set = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(query);
    for (const [key, value] of Object.entries(changes)) {
      if (value === null) next.delete(key);
      else next.set(key, value);
    }
    // One look at a binding is one step of the browser's history, however often one zooms.
    replace(linkTo("binding", [namespace, name], Object.fromEntries(next)));
  };
  return {
    range: statedRange(query),
    pinned,
    stacked: query.get("demand") === "stacked",
    asTable: query.get("as") === "table",
    set,
    // Always both: where a moment stands alone the range is one around it.
    look: (range, moment = pinned) =>
      set({ from: null, until: null, span: null, ...rangeQuery(range), at: moment === null ? null : timeName(Math.round(moment)) }),
  };
}
