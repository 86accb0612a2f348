// Every binding at a glance: what it has, what it wants, why, and whether that is to be trusted.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { stream } from "../../api/events.js";
import { useKeys } from "../../keys.js";
import { fleet, type Row } from "../../model/fleet.js";
import { triggerQuery } from "../../model/trigger.js";
import { useMedia } from "../../parts/hooks.js";
import { useStore } from "../../parts/store.js";
import { go, linkTo, remember } from "../../router.js";
import { views, type ViewProps } from "../../views.js";
import { Filters, filterId } from "./filters.js";
import { Grid, rowsOfPage } from "./grid.js";
import { choices, columns, type Column, type Only, type Order } from "./order.js";
import { ServerProblems } from "./server_problems.js";
import { useShown } from "./shown.js";
import { WhatIsOld } from "./what_is_old.js";
import { Why } from "./why.js";

const firstOrder: Order = { by: "state", down: false };

export function Fleet({ place }: ViewProps) {
  const said = choiceOf(place.query);
  const [text, setText] = useState(said.text);
  const [only, setOnly] = useState(said.only);
  const [order, setOrder] = useState(said.order);
  const [chosen, select] = useState<string | null>(null);
  const roomy = useMedia("(min-width: 701px) and (min-height: 561px)");
  const [whyWanted, wantWhy] = useState<boolean | null>(null); // null: as there is room
  const whyOpen = whyWanted ?? roomy;
  useEffect(() => fleet.look(), []);
  // What is chosen here goes into the address without a step of the browser's history; another address is a choice, too.
  const address = useRef(place);
  useEffect(() => {
    if (address.current === place) return remember(hrefOf({ text, only, order }), place);
    address.current = place;
    setText(said.text);
    setOnly(said.only);
    setOrder(said.order);
  }, [place, text, only, order]);

  const phase = useStore(fleet.phase);
  const live = useStore(stream.state);
  const shown = useShown(text, only, order);
  const selected = chosen ?? shown[0]?.id ?? null; // the first one, which is the most urgent, says why without being asked
  const at = shown.findIndex((each) => each.id === selected);
  const row = at < 0 ? undefined : shown[at];

  // What keys do is what is so when they are pressed.
  const now = useRef({ shown, at, row, order, text, only, whyOpen });
  now.current = { shown, at, row, order, text, only, whyOpen };
  const move = (to: (at: number, last: number) => number) => {
    const { shown: rows, at: from } = now.current;
    if (rows.length === 0) return;
    const next = Math.min(Math.max(to(from, rows.length - 1), 0), rows.length - 1);
    select(rows[next]!.id);
  };
  const sortBy = (by: Column) => setOrder(({ by: old, down }) => ({ by, down: by === old && !down }));
  useKeys(
    useMemo(() => {
      const down = { does: "next row", run: step(() => move((from) => from + 1)) };
      const up = { does: "previous row", run: step(() => move((from) => from - 1)) };
      return [
        { key: "/", does: "filter", run: step(() => document.getElementById(filterId)?.focus()) },
        { key: "j", ...down },
        { key: "ArrowDown", ...down },
        { key: "k", ...up },
        { key: "ArrowUp", ...up },
        { key: "PageDown", does: "a page down", run: step(() => move((from) => from + rowsOfPage())) },
        { key: "PageUp", does: "a page up", run: step(() => move((from) => from - rowsOfPage())) },
        { key: "Home", does: "first row", run: step(() => move(() => 0)) },
        { key: "End", does: "last row", run: step(() => move((_, last) => last)) },
        { key: "Enter", does: "open the row", run: (event) => isFree(event) && now.current.row && open(now.current.row) },
        { key: " ", does: "show or hide why", run: (event) => isFree(event) && step(() => wantWhy(!now.current.whyOpen))(event) },
        { key: "s", does: "sort by the next column", run: step(() => setOrder(nextOrder)) },
        { key: "S", does: "turn the order around", run: step(() => setOrder(({ by, down: is }) => ({ by, down: !is }))) },
        { key: "p", does: "problems only, or all", run: step(() => setOnly((is) => (is === "all" ? "problems" : "all"))) },
        { key: "Escape", does: "clear the filter", run: step(() => (setText(""), setOnly("all"))) },
        { key: "r", does: "ask for all anew", run: step(() => void fleet.load()) },
      ];
    }, []),
  );

  const open = (which: Row) => {
    if ("binding" in views) go(linkTo("binding", [which.namespace, which.name], triggerQuery(which)));
    else wantWhy(true);
  };

  if (phase.phase === "refused") {
    return (
      <div class="notice">
        <h1>The fleet cannot be shown</h1>
        <p class="bad">{phase.error.message}</p>
        <button type="button" onClick={() => void fleet.load()}>
          Ask again
        </button>
      </div>
    );
  }
  if (phase.phase === "loading" && fleet.rows.size === 0) return <p class="notice faint">Asking for all bindings …</p>;
  return (
    <div class="fleet">
      <h1 class="unseen">Fleet</h1>
      <ServerProblems />
      {live.state !== "lost" && <WhatIsOld />}
      <Filters text={text} setText={setText} only={only} setOnly={setOnly} order={order} setOrder={setOrder} shown={shown.length} />
      {fleet.rows.size === 0 ? (
        <Empty />
      ) : shown.length === 0 ? (
        <div class="notice">
          <p>None of {fleet.rows.size} bindings is like that.</p>
          <button type="button" onClick={() => (setText(""), setOnly("all"))}>
            Show all
          </button>
        </div>
      ) : (
        <Grid
          rows={shown}
          order={order}
          sortBy={sortBy}
          selected={selected}
          select={select}
          open={open}
          stale={live.state === "lost"}
        />
      )}
      {row !== undefined && whyOpen && <Why key={row.id} row={row} close={() => wantWhy(false)} open={open} />}
    </div>
  );
}

function Empty() {
  return (
    <div class="notice">
      <h2>No bindings yet</h2>
      <p>
        A binding is a trigger of a ScaledObject or ScaledJob that asks here. KEDA has not asked since this pod started. Its trigger
        names this server as <code>scalerAddress</code>, and a policy.
      </p>
      <p>
        <a href={linkTo("server")}>How the server is</a>
      </p>
    </div>
  );
}

// Of what the page does, the browser need not do anything more.
const step = (run: () => void) => (event: KeyboardEvent) => {
  event.preventDefault();
  run();
};

// Enter and Space belong to a button or a link that has the focus.
function isFree(event: KeyboardEvent): boolean {
  return !(event.target instanceof Element) || event.target.closest("a, button, summary") === null;
}

function nextOrder({ by }: Order): Order {
  const next = columns[(columns.indexOf(by) + 1) % columns.length]!;
  return { by: next, down: false };
}

function orderOf(text: string | null): Order {
  const by = columns.find((each) => each === text?.replace(/^-/, ""));
  return by === undefined ? firstOrder : { by, down: text!.startsWith("-") };
}

interface Choice {
  text: string;
  only: Only;
  order: Order;
}

function choiceOf(query: URLSearchParams): Choice {
  const only = choices.find((each) => each === query.get("only")) ?? "all";
  return { text: query.get("filter") ?? "", only, order: orderOf(query.get("sort")) };
}

// As an address, so that it can be passed on.
function hrefOf({ text, only, order }: Choice): string {
  const query: Record<string, string> = {};
  if (text !== "") query.filter = text;
  if (only !== "all") query.only = only;
  if (order.by !== firstOrder.by || order.down) query.sort = (order.down ? "-" : "") + order.by;
  return linkTo("", [], query);
}
