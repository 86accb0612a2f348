// The plot: uPlot, and around it what one points with. What is told of it in words stands beside it.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { colourOf, faded, useScheme } from "../../parts/colours.js";
import { daySeconds, tickText } from "../../parts/time_ticks.js";
import type { Change } from "./course.js";
import type { Line } from "./lines.js";
import type { Direction } from "./moment.js";
import type { Seen } from "./range.js";

export interface PlotProps {
  lines: Line[];
  seen: Seen;
  now: number; // behind it lies what is to come
  chosen: number | null;
  coming: Change[];
  valueText: string;
  gutter: number; // left of the plot
  onPoint: (time: number | null) => void;
  onChoose: (time: number) => void;
  onStep: (to: Direction) => void;
  onMove: (share: number) => void;
  onZoom: (factor: number, around: number) => void;
  onSelect: (from: number, until: number) => void;
}

const directions: Record<string, Direction> = { ArrowLeft: "earlier", ArrowRight: "later", Home: "first", End: "last" };

export const rightPadding = 10;
const drag = 6; // pixels, below which it was a click

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, ...[1, 2, 7, 14].map((days) => days * daySeconds)];

function ticksOf(from: number, until: number, width: number): { step: number; at: number[] } {
  const wanted = (until - from) / Math.max(2, width / 90);
  const step = steps.find((each) => each >= wanted) ?? 28 * daySeconds;
  const at: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= until; time += step) at.push(time);
  return { step, at };
}

export function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [width, setWidth] = useState(0);
  const scheme = useScheme();
  const shape = JSON.stringify(props.lines.map((line) => [line.id, line.fill, line.colour]));

  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    const made = new uPlot(optionsOf(latest, width), dataOf(props.lines), box.current!);
    plot.current = made;
    const off = hear(made, latest);
    return () => {
      off();
      made.destroy();
      plot.current = null;
    };
  }, [width === 0, shape, scheme, props.gutter]);

  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: heightFor(width) });
  }, [width]);

  useEffect(() => {
    const made = plot.current;
    if (made === null) return;
    made.batch(() => {
      made.setData(dataOf(props.lines), false);
      made.setScale("x", { min: props.seen.from / 1000, max: props.seen.until / 1000 });
    });
  }, [props.lines, props.seen.from, props.seen.until]);

  useEffect(() => plot.current?.redraw(false, false), [props.chosen, props.now, props.coming]);

  const key = (event: KeyboardEvent) => {
    const to = directions[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (event.shiftKey && to === "earlier") props.onMove(-0.25);
    else if (event.shiftKey && to === "later") props.onMove(0.25);
    else props.onStep(to);
  };
  const at = props.chosen ?? props.now;
  return (
    <div
      ref={box}
      class="plot"
      style={{ minHeight: `${heightFor(width || 600)}px` }}
      role="slider"
      tabIndex={0}
      aria-label="Moment of the time line"
      aria-valuemin={Math.round(props.seen.from / 1000)}
      aria-valuemax={Math.round(props.seen.until / 1000)}
      aria-valuenow={Math.round(Math.min(Math.max(at, props.seen.from), props.seen.until) / 1000)}
      aria-valuetext={props.valueText}
      onKeyDown={key}
    />
  );
}

const heightFor = (width: number) => (width < 600 ? 230 : 300);

function dataOf(lines: Line[]): uPlot.AlignedData {
  const tables = lines.filter((line) => line.x.length > 0).map((line) => [line.x, line.y] as uPlot.AlignedData);
  if (tables.length === 0) return [[], ...lines.map(() => [])];
  const joined = uPlot.join(tables);
  let next = 1;
  const nothing = Array<null>(joined[0].length).fill(null);
  return [joined[0], ...lines.map((line) => (line.x.length > 0 ? joined[next++]! : nothing))];
}

function optionsOf(latest: { current: PlotProps }, width: number): uPlot.Options {
  const { lines, gutter } = latest.current;
  const stepped = uPlot.paths.stepped!({ align: 1 });
  const linear = uPlot.paths.linear!();
  const grid = { stroke: colourOf("--line"), width: 1 };
  const axis = { stroke: colourOf("--faint"), font: "12px system-ui, sans-serif", ticks: { ...grid, size: 4 } };
  let step = daySeconds;
  const bands: uPlot.Band[] = [];
  lines.forEach((line, i) => {
    if (!line.id.startsWith("upper:")) return;
    const middle = lines.findIndex((each) => each.id === line.id.replace("upper:", "middle:"));
    if (middle >= 0) bands.push({ series: [i + 1, middle + 1], fill: faded(colourOf(line.colour), 0.18) });
  });
  return {
    width,
    height: heightFor(width),
    padding: [8, rightPadding, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [latest.current.seen.from / 1000, latest.current.seen.until / 1000] },
      y: { range: (_, __, max) => [0, Math.max(1, highest(latest.current, max ?? 1) * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid,
        size: 26,
        splits: (u, _, min, max) => {
          const ticks = ticksOf(min, max, u.width);
          step = ticks.step;
          return ticks.at;
        },
        values: (_, at) => at.map((each) => tickText(each, step)),
      },
      {
        ...axis,
        grid,
        size: gutter,
        // Halves of a replica say nothing.
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000],
        values: (_, at) => at.map(String),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const colour = colourOf(line.colour);
        return {
          label: line.label,
          stroke: colour,
          width: line.width,
          paths: line.stepped ? stepped : linear,
          points: { show: false },
          auto: line.id !== "ceiling",
          ...(line.dash ? { dash: line.dash } : {}),
          ...(line.fill ? { fill: faded(colour, line.fill) } : {}),
        };
      }),
    ],
    bands,
    cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: false, dist: drag } },
    hooks: {
      drawClear: [(u) => drawFuture(u, latest.current.now)],
      draw: [(u) => drawMoments(u, latest.current)],
      setCursor: [
        (u) => {
          const left = u.cursor.left ?? -1;
          latest.current.onPoint(left < 0 ? null : u.posToVal(left, "x") * 1000);
        },
      ],
      setSelect: [
        (u) => {
          if (u.select.width < drag) return;
          const { left, width: across } = u.select;
          latest.current.onSelect(u.posToVal(left, "x") * 1000, u.posToVal(left + across, "x") * 1000);
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

// A ceiling that is far away would press all else down: then it is not in sight.
function highest({ lines, seen }: PlotProps, max: number): number {
  const ceiling = lines.find((line) => line.id === "ceiling");
  if (ceiling === undefined) return max;
  const inSight = ceiling.y.filter((value, i) => value !== null && ceiling.x[i]! * 1000 <= seen.until) as number[];
  const top = Math.max(0, ...inSight.slice(-400));
  return top <= max * 1.5 ? Math.max(max, top) : max;
}

function drawFuture(u: uPlot, now: number): void {
  const { left, top, width, height } = u.bbox;
  const begin = Math.max(left, u.valToPos(now / 1000, "x", true));
  if (begin >= left + width) return;
  u.ctx.save();
  u.ctx.fillStyle = colourOf("--raised");
  u.ctx.fillRect(begin, top, left + width - begin, height);
  u.ctx.restore();
}

function drawMoments(u: uPlot, { now, chosen, coming }: PlotProps): void {
  const { left, top, width, height } = u.bbox;
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const line = (time: number, colour: string, dash: number[], across: number) => {
    const x = Math.round(u.valToPos(time / 1000, "x", true));
    if (x < left || x > left + width) return null;
    ctx.strokeStyle = colour;
    ctx.lineWidth = across * ratio;
    ctx.setLineDash(dash.map((each) => each * ratio));
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    return x;
  };
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = "top";
  for (const change of coming) line(Date.parse(change.at), colourOf("--faint"), [1, 3], 1);
  const x = line(now, colourOf("--text"), [], 1);
  if (x !== null) {
    ctx.fillStyle = colourOf("--text");
    const fits = x + 30 * ratio < left + width;
    ctx.textAlign = fits ? "left" : "right";
    ctx.fillText("now", x + (fits ? 4 : -4) * ratio, top + 2 * ratio);
  }
  if (chosen !== null) line(chosen, colourOf("--accent"), [], 2);
  ctx.fillStyle = colourOf("--faint");
  ctx.textAlign = "right";
  // Left of where the first time may stand; a narrow plot has no room there.
  if (left > 90 * ratio) ctx.fillText("UTC", left - 44 * ratio, top + height + 9 * ratio);
  ctx.restore();
}

// What uPlot does not hear: the wheel, and a click that is no drag.
function hear(u: uPlot, latest: { current: PlotProps }): () => void {
  let down = -1;
  const press = (event: MouseEvent) => (down = event.clientX);
  const click = (event: MouseEvent) => {
    if (Math.abs(event.clientX - down) >= drag) return;
    const left = event.clientX - u.over.getBoundingClientRect().left;
    latest.current.onChoose(u.posToVal(left, "x") * 1000);
  };
  const wheel = (event: WheelEvent) => {
    if (event.deltaY === 0) return;
    event.preventDefault();
    const left = event.clientX - u.over.getBoundingClientRect().left;
    latest.current.onZoom(event.deltaY > 0 ? 1.25 : 0.8, u.posToVal(left, "x") * 1000);
  };
  u.over.addEventListener("mousedown", press);
  u.over.addEventListener("click", click);
  u.over.addEventListener("wheel", wheel, { passive: false });
  return () => {
    u.over.removeEventListener("mousedown", press);
    u.over.removeEventListener("click", click);
    u.over.removeEventListener("wheel", wheel);
  };
}
