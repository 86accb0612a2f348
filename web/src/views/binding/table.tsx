// The time line as a table: the same decisions, bounds, demands and marks, in words.
import { numberText, timeText } from "../../parts/words.js";
import type { Change, Course, Point } from "./course.js";
import { kinds } from "./kinds.js";
import { inWords } from "./now.js";
import type { Seen } from "./range.js";

interface TableProps {
  course: Course;
  signals: string[];
  coming: Change[];
  seen: Seen;
  onChoose: (time: number) => void;
}

export function Table({ course, signals, coming, seen, onChoose }: TableProps) {
  const points = course.points.filter((each) => within(Date.parse(each.time), seen)).toReversed();
  const ahead = coming.filter((each) => within(Date.parse(each.at), seen));
  const columns = 7 + signals.length;
  return (
    <div class="wide rows" tabIndex={0} role="region" aria-label="The time line as a table">
      <table>
        <caption>
          {points.length} decisions, the latest first{course.thinned && ", thinned: of each stretch the highest and the lowest"}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {["Wanted", "Answered", "There are", "Floor", "Ceiling", ...signals].map((each) => (
              <th key={each} scope="col" class="number">
                {each}
              </th>
            ))}
            <th scope="col">What held</th>
          </tr>
        </thead>
        <tbody>
          {ahead.toReversed().map((each) => (
            <tr key={each.at + each.sentence} class="ahead">
              <th scope="row">{timeText(each.at)}</th>
              <td colSpan={columns - 1}>To come: {inWords(each.sentence)}</td>
            </tr>
          ))}
          {points.map((point) => (
            <tr key={point.time}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onChoose(Date.parse(point.time))}>
                  {timeText(point.time)}
                </button>
              </th>
              {[point.wanted, point.replicas, point.observed, point.floor, point.ceiling, ...signals.map((name) => point.demands[name])].map(
                (value, index) => (
                  <td key={index} class="number">
                    {numberText(value)}
                  </td>
                ),
              )}
              <td>{heldAt(course, point)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const within = (time: number, seen: Seen) => time >= seen.from && time <= seen.until;

function heldAt(course: Course, point: Point): string {
  return course.marks
    .filter((mark) => mark.from <= point.time && point.time < mark.until)
    .map((mark) => [kinds[mark.kind]?.word ?? mark.kind, mark.name].filter((each) => each !== "").join(" "))
    .join(", ");
}
