// The rows as a grid. Only those in sight are there, so that ten thousand cost as much as forty.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../../api/clock.js";
import { fleet, type Row } from "../../model/fleet.js";
import { useEvery, useMedia } from "../../parts/hooks.js";
import { useStore } from "../../parts/store.js";
import { spanText } from "../../parts/words.js";
import { RowCells } from "./cells.js";
import type { Column, Order } from "./order.js";
import { titles } from "./titles.js";

interface GridProps {
  rows: Row[];
  order: Order;
  sortBy: (column: Column) => void;
  selected: string | null;
  select: (id: string) => void;
  open: (row: Row) => void;
  stale: boolean;
}

const beyond = 6; // rows above and below those in sight
const refreshEvery = 5000;

const heads: (Column | "trend" | "because")[] = [
  "state",
  "object",
  "policy",
  "have",
  "want",
  "trend",
  "winner",
  "because",
  "forecast",
  "confidence",
  "age",
];

let scrolledAt = -Infinity;
export const lastScroll = () => scrolledAt;
let pageRows = 10;
export const rowsOfPage = () => Math.max(1, pageRows - 1);

export function Grid({ rows, order, sortBy, selected, select, open, stale }: GridProps) {
  useStore(fleet.version);
  useStore(fleet.trails.version);
  useEvery(1);
  const narrow = useMedia("(max-width: 700px)");
  const rowHeight = narrow ? 58 : 29;
  const scroller = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ first: 0, count: 30 });

  const look = () => {
    const box = scroller.current;
    if (box === null) return;
    const first = Math.floor(box.scrollTop / rowHeight);
    const count = Math.ceil(box.clientHeight / rowHeight) + 1;
    pageRows = count - 2;
    setSight((old) => (old.first === first && old.count === count ? old : { first, count }));
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(scroller.current!);
    return () => observer.disconnect();
  }, [rowHeight]);

  // The selected row stays in sight when it is moved to, not when others scroll.
  const at = rows.findIndex((each) => each.id === selected);
  useLayoutEffect(() => {
    const box = scroller.current!;
    if (at < 0) return;
    const top = at * rowHeight;
    const head = box.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + rowHeight + head > box.scrollTop + box.clientHeight) box.scrollTop = top + rowHeight + head - box.clientHeight;
  }, [selected, rowHeight]);

  const first = Math.max(0, sight.first - beyond);
  const last = Math.min(rows.length, sight.first + sight.count + beyond);
  const seen = rows.slice(first, last);
  const objects = seen.map((each) => each.object);
  const objectsNow = useRef(objects);
  objectsNow.current = objects;
  useEffect(() => fleet.trails.want(objects), [objects.join()]);
  useEffect(() => () => fleet.trails.want([]), []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && !stale) void fleet.refresh([...new Set(objectsNow.current)].slice(0, 100));
    }, refreshEvery);
    return () => clearInterval(timer);
  }, [stale]);

  const now = serverNow();
  const until = Math.ceil(now / 10_000) * 10;
  return (
    <div
      class={`grid ${stale ? "is-stale" : ""}`}
      ref={scroller}
      role="grid"
      aria-label="Bindings"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at >= first && at < last ? rowId(at) : undefined}
      tabIndex={0}
      onScroll={() => {
        scrolledAt = performance.now();
        look();
      }}
    >
      <div class="head" role="rowgroup">
        <div class="row" role="row" aria-rowindex={1}>
          {heads.map((each) => (
            <Head key={each} of={each} order={order} sortBy={sortBy} />
          ))}
        </div>
      </div>
      <div class="rows" role="rowgroup" style={{ height: `${rows.length * rowHeight}px` }}>
        {seen.map((row, offset) => (
          <div
            key={row.id}
            id={rowId(first + offset)}
            class={`row ${row.id === selected ? "selected" : ""}`}
            role="row"
            aria-rowindex={first + offset + 2}
            aria-selected={row.id === selected}
            style={{ transform: `translateY(${(first + offset) * rowHeight}px)`, height: `${rowHeight}px` }}
            onClick={() => select(row.id)}
            onDblClick={() => open(row)}
          >
            <RowCells row={row} now={now} from={until - fleet.trails.span} until={until} />
          </div>
        ))}
      </div>
    </div>
  );
}

const rowId = (at: number) => `binding-${at}`;

function Head({ of, order, sortBy }: { of: Column | "trend" | "because"; order: Order; sortBy: (column: Column) => void }) {
  if (of === "trend" || of === "because") {
    return (
      <div role="columnheader" class={of}>
        {of === "trend" ? `Last ${spanText(fleet.trails.span)}` : "Because"}
      </div>
    );
  }
  const isBy = order.by === of;
  return (
    <div role="columnheader" class={of} aria-sort={isBy ? (order.down ? "descending" : "ascending") : undefined}>
      <button type="button" tabIndex={-1} title={titles[of].help} onClick={() => sortBy(of)}>
        {titles[of].name}
        <span class="sign" aria-hidden="true">
          {isBy ? (order.down ? "▾" : "▴") : ""}
        </span>
      </button>
    </div>
  );
}
