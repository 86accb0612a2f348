// Where the boxes of a graph stand: who follows nobody on the left, each follower to the right of all that it follows.
import type { Dependency } from "../../api/types.js";

export interface Placed {
  name: string; // "shop/checkout"
  layer: number;
  place: number; // in its layer, from above
}

export interface Edge {
  from: string; // who is followed
  to: string;
  dependency: Dependency;
}

export function edgesOf(dependencies: Dependency[]): Edge[] {
  return dependencies.map((each) => ({ from: each.follows, to: each.follower, dependency: each }));
}

export function placeAll(edges: Edge[]): Placed[] {
  const names = [...new Set(edges.flatMap((each) => [each.from, each.to]))].sort();
  const layer = new Map(names.map((each) => [each, 0]));
  // Whoever follows in a circle stays where it is after as many rounds as there are boxes: policies refuse circles.
  for (let round = 0, moved = true; moved && round < names.length; round += 1) {
    moved = false;
    for (const { from, to } of edges) {
      const least = layer.get(from)! + 1;
      if (layer.get(to)! >= least) continue;
      layer.set(to, Math.min(least, names.length));
      moved = true;
    }
  }
  const layers: string[][] = [];
  for (const each of names) (layers[layer.get(each)!] ??= []).push(each);
  const place = new Map<string, number>();
  const leaders = (name: string) => edges.filter((each) => each.to === name).map((each) => place.get(each.from) ?? 0);
  const mean = (values: number[]) => (values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length);
  for (const each of layers.filter((found) => found !== undefined)) {
    // Near to those that it follows, so that few lines cross.
    each.sort((a, b) => mean(leaders(a)) - mean(leaders(b)) || (a < b ? -1 : 1));
    each.forEach((name, at) => place.set(name, at));
  }
  return names.map((name) => ({ name, layer: layer.get(name)!, place: place.get(name)! }));
}
