// The time line as a table: the same decisions, bounds, demands and marks, in words.
import { useMemo } from "preact/hooks";
import { Table, type Column } from "../../parts/table.js";
import { numberText, timeText } from "../../parts/words.js";
import type { Change, Course, Point } from "./course.js";
import { markText } from "./kinds.js";
import { inWords } from "./now.js";
import type { Seen } from "./range.js";

interface TimelineTableProps {
  course: Course;
  signals: string[];
  coming: Change[];
  seen: Seen;
  onChoose: (time: number) => void;
}

export function TimelineTable({ course, signals, coming, seen, onChoose }: TimelineTableProps) {
  const points = course.points.filter((each) => within(Date.parse(each.time), seen)).toReversed();
  const ahead = coming.filter((each) => within(Date.parse(each.at), seen));
  const held = useMemo(() => heldFrom(course), [course]);
  const columns = columnsOf(held, signals, onChoose);
  return (
    <div class="wide rows" tabIndex={0} role="region" aria-label="The time line as a table">
      <Table
        caption={
          <caption>
            {points.length} decisions, the latest first{course.thinned && ", thinned: of each stretch the highest and the lowest"}
          </caption>
        }
        columns={columns}
        rows={points}
        keyOf={(each) => each.time}
        above={ahead.toReversed().map((each) => (
          <tr key={each.at + each.sentence} class="ahead">
            <th scope="row">{timeText(each.at)}</th>
            <td colSpan={columns.length - 1}>To come: {inWords(each)}</td>
          </tr>
        ))}
      />
    </div>
  );
}

function columnsOf(held: Map<Point, string>, signals: string[], onChoose: (time: number) => void): Column<Point>[] {
  const replicas = (title: string, of: (point: Point) => number | null | undefined): Column<Point> => ({
    title,
    number: true,
    cell: (point) => numberText(of(point)),
  });
  return [
    {
      title: "Time",
      cell: ({ time }) => (
        <button type="button" class="link" onClick={() => onChoose(Date.parse(time))}>
          {timeText(time)}
        </button>
      ),
    },
    replicas("Wanted", (point) => point.wanted),
    replicas("Answered", (point) => point.replicas),
    replicas("There are", (point) => point.observed),
    replicas("Floor", (point) => point.floor),
    replicas("Ceiling", (point) => point.ceiling),
    ...signals.map((name) => replicas(name, (point) => point.demands[name])),
    { title: "What held", cell: (point) => held.get(point) ?? "" },
  ];
}

const within = (time: number, seen: Seen) => time >= seen.from && time <= seen.until;

// From each of the points up to the next one, be it out of sight: where they are thinned there were others between them.
function heldFrom({ points, marks }: Course): Map<Point, string> {
  return new Map(
    points.map((point, i) => {
      const next = points[i + 1];
      const here = marks.filter((mark) => point.time < mark.until && (next === undefined || mark.from < next.time));
      return [point, [...new Set(here.map(markText))].join(", ")];
    }),
  );
}
