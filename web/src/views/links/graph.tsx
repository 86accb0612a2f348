// The graph of who follows whom. A box is a link; Tab goes from box to box, and each says in words what it follows.
import type { Dependency } from "../../api/types.js";
import { fleet, type Row } from "../../model/fleet.js";
import { stateOf } from "../../model/row_state.js";
import { numberText } from "../../parts/words.js";
import { linkTo } from "../../router.js";
import { views } from "../../views.js";
import { edgesOf, placeAll, type Edge, type Placed } from "./layers.js";

const width = 190;
const height = 44;
const across = 300; // from layer to layer
const down = 60;
const most = 400; // boxes: past these nobody sees anything

export function Graph({ dependencies }: { dependencies: Dependency[] }) {
  const edges = edgesOf(dependencies);
  const all = placeAll(edges);
  const boxes = all.slice(0, most);
  const at = new Map(boxes.map((each) => [each.name, each]));
  const wide = Math.max(...boxes.map((each) => each.layer)) * across + width + 4;
  const high = (Math.max(...boxes.map((each) => each.place)) + 1) * down;
  const rows = rowsByObject();
  return (
    <>
      {all.length > most && (
        <p class="warn">
          {most} of {all.length} objects are shown. All of them: <code>/api/v1/dependencies</code>
        </p>
      )}
      <div class="graph" tabIndex={0} role="region" aria-label="Who follows whom">
        <svg width={wide} height={high} viewBox={`-2 -2 ${wide} ${high}`}>
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path class="arrow" d="M0 0L8 4L0 8Z" />
            </marker>
          </defs>
          {edges.map((each) => (
            <Line key={`${each.from} ${each.to} ${each.dependency.signal}`} edge={each} from={at.get(each.from)} to={at.get(each.to)} />
          ))}
          {boxes.map((each) => (
            <Box key={each.name} box={each} rows={rows.get(each.name) ?? []} edges={edges.filter((edge) => edge.to === each.name)} />
          ))}
        </svg>
        <ul class="unseen">
          {boxes.map((each) => (
            <li key={each.name} id={followsId(each)}>
              {edges
                .filter((edge) => edge.to === each.name)
                .map((edge) => `follows ${edge.from}: ${wordsOf(edge.dependency)}`)
                .join("; ")}
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function rowsByObject(): Map<string, Row[]> {
  const rows = new Map<string, Row[]>();
  for (const row of fleet.rows.values()) rows.set(row.object, [...(rows.get(row.object) ?? []), row]);
  return rows;
}

// "half of shop/checkout" is "0.5 for each", as decisions say it.
function wordsOf({ relation, ratio, replicas, of, enabled }: Dependency): string {
  const how = relation === "proportional" ? `× ${numberText(ratio)}` : relation === "fixed" ? `${numberText(replicas)} while any` : `at least ${numberText(replicas ?? ratio)}`;
  return `${how}${of === "observed" ? ", as observed" : ""}${enabled ? "" : ", switched off"}`;
}

function Line({ edge, from, to }: { edge: Edge; from: Placed | undefined; to: Placed | undefined }) {
  if (from === undefined || to === undefined) return null;
  const x1 = from.layer * across + width;
  const y1 = from.place * down + height / 2;
  const x2 = to.layer * across;
  const y2 = to.place * down + height / 2;
  const middle = (x1 + x2) / 2;
  return (
    <g class={`edge ${edge.dependency.enabled ? "" : "off"}`} aria-hidden="true">
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} marker-end="url(#arrow)" />
      <text x={middle} y={(y1 + y2) / 2 - 5} text-anchor="middle">
        {wordsOf(edge.dependency)}
      </text>
    </g>
  );
}

function Box({ box, rows, edges }: { box: Placed; rows: Row[]; edges: Edge[] }) {
  const [row] = rows;
  const level = row === undefined ? "idle" : stateOf(row).level;
  const figures = row === undefined ? "not known to Loadline" : `has ${numberText(row.observed)}, wants ${numberText(row.replicas)}`;
  const [namespace = "", name = ""] = box.name.split("/");
  const href = "binding" in views ? linkTo("binding", [namespace, name]) : linkTo("", [], { filter: box.name });
  return (
    <a href={href} class={`box ${level}`} aria-describedby={edges.length === 0 ? undefined : followsId(box)}>
      <rect x={box.layer * across} y={box.place * down} width={width} height={height} rx="4" />
      <text x={box.layer * across + 10} y={box.place * down + 18} class="name">
        {clipped(box.name)}
      </text>
      <text x={box.layer * across + 10} y={box.place * down + 35} class="figures">
        {row !== undefined && level !== "ok" ? `${signs[level]} ${stateOf(row).word}: ` : ""}
        {figures}
      </text>
    </a>
  );
}

const signs = { bad: "◆", warn: "▲", idle: "○" };
const followsId = (box: Placed) => `follows-${box.layer}-${box.place}`;
const clipped = (name: string) => (name.length > 26 ? `…${name.slice(-25)}` : name);
