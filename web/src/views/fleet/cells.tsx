// What a row shows.
import { fleet, type Row } from "../../model/fleet.js";
import { forecastWord, stateOf } from "../../model/row_state.js";
import { Sparkline } from "../../parts/sparkline.js";
import { numberText, spanText } from "../../parts/words.js";
import { isMoving } from "./order.js";

const signs = { bad: "◆", warn: "▲", ok: "●", idle: "○" };
const forecastSigns = { "": "", trusted: "✓", "not trusted": "✗", "not known": "?" };

interface RowCellsProps {
  row: Row;
  now: number;
  from: number;
  until: number;
}

export function RowCells({ row, now, from, until }: RowCellsProps) {
  const state = stateOf(row);
  const forecast = forecastWord(row);
  const trail = fleet.trails.of(row.id);
  return (
    <>
      <div role="gridcell" class={`state ${state.level}`} title={state.why || undefined}>
        <span class="sign" aria-hidden="true">
          {signs[state.level]}
        </span>{" "}
        {state.word}
      </div>
      <div role="rowheader" class="object" title={row.object}>
        <span class="faint">{row.namespace}/</span>
        {row.name}
      </div>
      <div role="gridcell" class="policy" title={row.policy}>
        {row.policy}
      </div>
      <div role="gridcell" class="have">
        {numberText(row.observed)}
      </div>
      <div role="gridcell" class="want">
        {isMoving(row) && (
          <span class="moving" aria-hidden="true">
            {row.replicas! > row.observed! ? "↑" : "↓"}
          </span>
        )}
        {numberText(row.replicas)}
      </div>
      <div role="gridcell" class="trend">
        {trail !== undefined && trail.points.length > 0 && (
          <Sparkline points={trail.points} stands={fleet.trails.standsSeconds} from={from} until={until} />
        )}
      </div>
      <div role="gridcell" class="winner" title={row.winner}>
        {row.winner === "" ? "–" : row.winner}
      </div>
      <div role="gridcell" class="because" title={row.summary}>
        {row.summary}
      </div>
      <div role="gridcell" class={`forecast ${forecast.replace(" ", "-")}`}>
        {forecast === "" ? (
          "–"
        ) : (
          <>
            <span aria-hidden="true">{forecastSigns[forecast]}</span> {forecast}
          </>
        )}
      </div>
      <div role="gridcell" class={`confidence ${row.confidence !== null && row.confidence < 0.5 ? "warn" : ""}`}>
        {row.confidence === null ? "–" : row.confidence.toFixed(2)}
      </div>
      <div role="gridcell" class="age">
        {row.at === 0 ? "–" : spanText((now - row.at) / 1000)}
      </div>
    </>
  );
}
