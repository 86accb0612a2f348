// The lines by name, each with its value; a click hides one.
import { numberText } from "../../parts/words.js";
import type { Line } from "./lines.js";
import type { Snapshot } from "./moment.js";

interface LegendProps {
  all: Line[];
  hidden: Set<string>;
  valueOf: Snapshot["valueOf"];
  onToggle: (id: string) => void;
}

export function Legend({ all, hidden, valueOf, onToggle }: LegendProps) {
  return (
    <ul class="legend" aria-label="Lines, and their values at the moment">
      {all.toReversed().map((line) => (
        <li key={line.id}>
          <button type="button" aria-pressed={!hidden.has(line.id)} onClick={() => onToggle(line.id)}>
            <svg width="22" height="10" aria-hidden="true">
              <line
                x1="0"
                x2="22"
                y1="5"
                y2="5"
                stroke={`var(${line.colour})`}
                stroke-width={line.fill && !line.id.startsWith("demand") ? 9 : Math.max(line.width, 1.5)}
                stroke-opacity={line.fill && !line.id.startsWith("demand") ? 0.35 : 1}
                stroke-dasharray={line.dash?.join(" ")}
              />
            </svg>
            {line.label} <b>{numberText(valueOf(line))}</b>
          </button>
        </li>
      ))}
    </ul>
  );
}
