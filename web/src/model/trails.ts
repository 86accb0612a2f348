// What bindings were answered of late, for small plots: from the journal where somebody looks, and then from events.
import { serverNow } from "../api/clock.js";
import { get } from "../api/client.js";
import { standsOf, type Trends } from "../api/types.js";
import { Store } from "../parts/store.js";
import { idOf } from "./binding_id.js";

export interface TrailPoint {
  time: number; // seconds since 1970
  replicas: number | null;
  observed: number | null;
}

export interface Trail {
  points: TrailPoint[]; // the earliest first
  known: boolean; // the journal was asked
}

export const trailSeconds = 3600;
const shortestSeconds = 300;
const mostPoints = 240;
const mostUnseen = 30; // of a binding that nobody has looked at: there may be ten thousand
const atOnce = 50;
const askAgainAfter = 30_000;

export class Trails {
  readonly version = new Store(0);
  standsSeconds = 600; // a point stands until the next one, but not for longer

  private trails = new Map<string, Trail>();
  private earliest = Infinity; // point there is
  private sight: string[] = []; // objects that are looked at now
  private asked = new Set<string>(); // objects
  private wanted: string[] = [];
  private asking = false;
  private timer = 0;

  // How far back plots look: an hour, or less where nobody knows more.
  get span(): number {
    const known = serverNow() / 1000 - this.earliest;
    return Math.min(trailSeconds, Math.max(shortestSeconds, Math.ceil(known / 60) * 60));
  }

  of(id: string): Trail | undefined {
    return this.trails.get(id);
  }

  // Of the objects that are looked at now: asked for once, those that were looked at last first.
  want(objects: string[]): void {
    this.sight = objects;
    const more = objects.filter((each) => !this.asked.has(each));
    if (more.length === 0) return;
    this.wanted = [...new Set([...more, ...this.wanted])].slice(0, 4 * atOnce);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), 150);
  }

  // What was missed while the stream was lost is asked for again: what is in sight at once, all else when it is.
  forget(): void {
    this.asked.clear();
    this.want(this.sight);
  }

  // A binding that is gone.
  drop(id: string, object: string): void {
    this.trails.delete(id);
    this.asked.delete(object);
  }

  add(id: string, point: TrailPoint): void {
    const trail = this.trails.get(id) ?? { points: [], known: false };
    const last = trail.points.at(-1);
    if (last !== undefined && last.time >= point.time) return;
    trail.points.push(point);
    this.earliest = Math.min(this.earliest, point.time);
    const most = trail.known ? mostPoints : mostUnseen;
    if (trail.points.length > most) trail.points.splice(0, trail.points.length - most);
    this.trails.set(id, trail);
  }

  private async ask(): Promise<void> {
    if (this.asking || this.wanted.length === 0) return;
    this.asking = true;
    const objects = this.wanted.splice(0, atOnce);
    for (const each of objects) this.asked.add(each);
    try {
      const page = await get<Trends>("trends", { objects: objects.join(",") });
      this.standsSeconds = standsOf(page);
      for (const each of page.trends) this.join(idOf(each), each);
      this.version.set(this.version.get() + 1);
    } catch {
      // Without a journal, or with a busy one, plots begin with what events say; it is asked again some time later.
      setTimeout(() => {
        for (const each of objects) this.asked.delete(each);
        this.want(this.sight);
      }, askAgainAfter);
    }
    this.asking = false;
    void this.ask();
  }

  private join(id: string, trend: Trends["trends"][number]): void {
    const points = trend.times.map((time, at) => ({
      time,
      replicas: trend.replicas[at] ?? null,
      observed: trend.observed[at] ?? null,
    }));
    this.earliest = Math.min(this.earliest, points[0]?.time ?? Infinity);
    const last = points.at(-1)?.time ?? 0;
    const since = (this.trails.get(id)?.points ?? []).filter((each) => each.time > last);
    this.trails.set(id, { points: [...points, ...since].slice(-mostPoints), known: true });
  }
}
