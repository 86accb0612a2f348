// Below the plot, at the same times: what held for a while, a lane for each kind, each with its shape and word.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Change, Mark } from "./course.js";
import { kinds } from "./kinds.js";
import { inWords } from "./now.js";
import { rightPadding } from "./plot.js";
import type { Seen } from "./range.js";

interface LanesProps {
  marks: Mark[];
  coming: Change[];
  seen: Seen;
  end: number; // what was open when it was asked for goes on up to here
  until: number; // when it was asked for
  gutter: number;
  onChoose: (time: number) => void;
}

interface Placed {
  left: number; // percent
  width: number; // percent
  from: number;
  mark: Mark;
}

// Pixels, about, at most: of a line of the lanes' font.
const widthOf = (text: string) => text.length * 7.5 + 8;

export function Lanes({ marks, coming, seen, end, until, gutter, onChoose }: LanesProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width - gutter - rightPadding));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, [gutter]);
  const share = (time: number) => ((time - seen.from) / (seen.until - seen.from)) * 100;
  const placed = (kind: string): Placed[] =>
    marks.flatMap((mark) => {
      if (mark.kind !== kind) return [];
      const from = Math.max(Date.parse(mark.from), seen.from);
      const told = Date.parse(mark.until);
      const to = Math.min(told >= until - 1000 ? Math.max(told, end) : told, seen.until);
      return to <= from ? [] : [{ left: share(from), width: share(to) - share(from), from, mark }];
    }).sort((a, b) => a.left - b.left);
  const ahead = coming.filter((each) => Date.parse(each.at) > seen.from && Date.parse(each.at) < seen.until);
  const space = { marginLeft: `${gutter}px`, marginRight: `${rightPadding}px` };
  return (
    <div class="lanes" aria-hidden="true" ref={box}>
      {Object.entries(kinds).map(([kind, { word, shape, about }]) => {
        const here = placed(kind);
        if (here.length === 0) return null;
        return (
          <div class={`lane ${kind}`} key={kind}>
            <span class="name" style={{ width: `${gutter - 8}px` }} title={about}>
              {word} {shape}
            </span>
            <div class="track" style={space}>
              {here.map(({ left, width: share, from, mark }, i) => {
                // What is too narrow for its name has its shape, or is a bar; the lane has shape and word.
                const free = Math.min(share, (here[i + 1]?.left ?? 100) - left);
                const pixels = (free / 100) * width;
                const says = `${shape} ${mark.name || mark.reason || word}`;
                return (
                  <span
                    key={mark.from + mark.name}
                    class="stretch"
                    style={{ left: `${left}%`, width: `${share}%` }}
                    title={`${word} ${mark.name} ${mark.reason}, ${mark.from.slice(0, 16)}Z to ${mark.until.slice(0, 16)}Z`}
                    onClick={() => onChoose(from)}
                  >
                    {pixels > widthOf(says) ? says : pixels > 18 ? shape : ""}
                  </span>
                );
              })}
            </div>
          </div>
        );
      })}
      {ahead.length > 0 && (
        <div class="lane coming">
          <span class="name" style={{ width: `${gutter - 8}px` }} title="what is known to change">
            to come ▸
          </span>
          <div class="track" style={space}>
            {ahead.map((each) => (
              <span key={each.at + each.sentence} class="point" style={{ left: `${share(Date.parse(each.at))}%` }} title={inWords(each)}>
                ▸
              </span>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
