// How many replicas each run had, over time, above what the load needed.
import { useEffect, useRef } from "preact/hooks";
import { colourOf, useScheme } from "../../parts/colours.js";
import { tickText } from "../../parts/time_ticks.js";
import type { Result, Series } from "./job.js";

const height = 220;

// The values of a series at the times of another, which begins and steps otherwise.
function at(times: number[], series: Series, values: (number | null)[]): (number | null)[] {
  const begin = Date.parse(series.begin) / 1000;
  return times.map((time) => values[Math.floor((time - begin) / series.interval_seconds + 1e-6)] ?? null);
}

export function RunPlot({ result, labels }: { result: Result; labels: string[] }) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  useEffect(() => {
    let gone = false;
    let end: (() => void) | undefined;
    void import("uplot").then(({ default: Plot }) => {
      const parent = host.current;
      if (gone || parent === null) return;
      const first = result.replayed[0]!.series;
      const begin = Date.parse(first.begin) / 1000;
      const times = first.replicas.map((_, step) => begin + step * first.interval_seconds);
      const lines = ["--faint", "--warn", "--accent"].slice(-result.replayed.length);
      const steps = Plot.paths.stepped!({ align: 1 });
      const grid = { stroke: colourOf("--line"), width: 1 };
      const axis = { stroke: colourOf("--faint"), grid, ticks: grid };
      const load = result.replayed.findLast((each) => each.series.needed.some((value) => value !== null));
      const plot = new Plot(
        {
          width: parent.clientWidth,
          height,
          tzDate: (time) => Plot.tzDate(new Date(time * 1e3), "Etc/UTC"),
          legend: { live: true },
          cursor: { drag: { x: true, y: false } },
          scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
          axes: [{ ...axis, values: (_, splits, __, ___, step) => splits.map((time) => tickText(time, step)) }, { ...axis, size: 40 }],
          series: [
            { label: "time (UTC)", value: "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}Z" },
            ...(load ? [{ label: "needed by the load", fill: colourOf("--raised"), stroke: colourOf("--line"), points: { show: false } }] : []),
            ...result.replayed.map((_, run) => ({
              label: labels[run]!,
              stroke: colourOf(lines[run] ?? "--accent"),
              width: 1.75,
              dash: run === result.replayed.length - 1 ? [] : run === 0 ? [2, 3] : [7, 3],
              paths: steps,
              points: { show: false },
            })),
          ],
        },
        [
          times,
          ...(load ? [at(times, load.series, load.series.needed)] : []),
          ...result.replayed.map((each) => at(times, each.series, each.series.replicas)),
        ],
        parent,
      );
      const fits = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height }));
      fits.observe(parent);
      end = () => (fits.disconnect(), plot.destroy());
    });
    return () => {
      gone = true;
      end?.();
    };
  }, [result, scheme]);
  const most = result.replayed.map((each, run) => {
    const known = each.series.replicas.filter((value) => value !== null);
    return `${labels[run]}: ${known.length === 0 ? "not known" : `${Math.min(...known)} to ${Math.max(...known)}`}`;
  });
  return (
    <figure class="run-plot">
      <figcaption>Replicas</figcaption>
      <div ref={host} role="img" aria-label={`Replicas over time. ${most.join("; ")}.`} />
    </figure>
  );
}
