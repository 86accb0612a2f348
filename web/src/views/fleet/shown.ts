// The rows that are shown, in their order. Where what is decided changes them, that is gone after every two seconds, and not
// while somebody scrolls: a row under the eye stays where it is.
import { useEffect, useRef, useState } from "preact/hooks";
import { fleet, type Row } from "../../model/fleet.js";
import { useStore } from "../../parts/store.js";
import { lastScroll } from "./grid.js";
import { changes, chooseRows, orderRows, type Only, type Order } from "./order.js";

const every = 2000;
const rest = 1000; // after the last scrolling

export function useShown(text: string, only: Only, order: Order): Row[] {
  const members = useStore(fleet.members);
  const [turn, setTurn] = useState(0);
  const follows = changes(order) || only !== "all" || text !== "";
  useEffect(() => {
    if (!follows) return;
    let seen = fleet.version.get();
    const timer = setInterval(() => {
      if (fleet.version.get() === seen || performance.now() - lastScroll() < rest) return;
      seen = fleet.version.get();
      setTurn((count) => count + 1);
    }, every);
    return () => clearInterval(timer);
  }, [follows]);

  const last = useRef<{ of: string; rows: Row[] }>({ of: "", rows: [] });
  const of = JSON.stringify([text, only, order, members, turn]);
  if (last.current.of !== of) last.current = { of, rows: orderRows(chooseRows(fleet.rows.values(), text, only), order) };
  return last.current.rows;
}
