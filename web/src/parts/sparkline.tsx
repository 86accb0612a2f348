// A small plot of steps: what stood until the next point, and gaps where it is not known.
import type { TrailPoint } from "../model/trails.js";

interface SparklineProps {
  points: TrailPoint[];
  stands: number; // seconds that a point stands at most
  from: number; // seconds since 1970
  until: number;
  width?: number;
  height?: number;
}

export function Sparkline({ points, stands, from, until, width = 96, height = 20 }: SparklineProps) {
  const { line, area } = paths(points, stands, from, until, width, height);
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      {area !== "" && <path class="area" d={area} />}
      {line !== "" && <path class="line" d={line} />}
    </svg>
  );
}

export function paths(points: TrailPoint[], stands: number, from: number, until: number, width: number, height: number) {
  const highest = Math.max(1, ...points.map((each) => each.replicas ?? 0));
  const x = (time: number) => round(((time - from) / (until - from)) * width);
  const y = (replicas: number) => round(height - 1.5 - (replicas / highest) * (height - 3));
  let line = "";
  let area = "";
  let end = -Infinity; // of the stretch that is being drawn
  points.forEach((point, at) => {
    if (point.replicas === null) return;
    const next = points[at + 1]?.time ?? Infinity;
    const begin = Math.max(point.time, from);
    const until_ = Math.min(next, point.time + stands, until);
    if (until_ <= begin) return;
    const level = y(point.replicas);
    const goesOn = begin === end && line !== "";
    line += goesOn ? `V${level}H${x(until_)}` : `M${x(begin)} ${level}H${x(until_)}`;
    area += `M${x(begin)} ${height}V${level}H${x(until_)}V${height}Z`;
    end = until_;
  });
  return { line, area };
}

const round = (value: number) => Math.round(value * 10) / 10;
