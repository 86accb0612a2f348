// Which part of time is looked at: a span that ends a little after now and goes on with it, or from one time to another.
// It stands in the address: "span=6h", or "from=2026-11-24T06:00:00Z&until=...".

export type Live = { live: number }; // milliseconds
export type Range = Live | { from: number; until: number };

const minute = 60_000;
const hour = 60 * minute;
export const dayMilliseconds = 24 * hour;

export const spans: [string, number][] = [
  ["15m", 15 * minute],
  ["1h", hour],
  ["6h", 6 * hour],
  ["1d", dayMilliseconds],
  ["1w", 7 * dayMilliseconds],
  ["4w", 28 * dayMilliseconds],
];
export const usual: Live = { live: 6 * hour };
const shortest = 2 * minute;
const longest = 62 * dayMilliseconds;

// How much of a live span lies ahead of now.
const aheadShare = 0.2;

export interface Seen {
  from: number;
  until: number;
}

export function seenOf(range: Range, now: number): Seen {
  if ("from" in range) return range;
  return { from: now - range.live * (1 - aheadShare), until: now + range.live * aheadShare };
}

// Null where the address says none.
export function statedRange(query: URLSearchParams): Range | null {
  const from = Date.parse(query.get("from") ?? "");
  const until = Date.parse(query.get("until") ?? "");
  if (from < until) return bounded(from, until);
  const span = spanOf(query.get("span") ?? "");
  if (span !== null) return { live: span };
  const at = Date.parse(query.get("at") ?? "");
  return Number.isNaN(at) ? null : { from: at - hour, until: at + hour };
}

const units: Record<string, number> = { s: 1000, m: minute, h: hour, d: dayMilliseconds, w: 7 * dayMilliseconds };

function spanOf(text: string): number | null {
  const found = text.match(/^(\d+)([smhdw])$/);
  if (!found) return null;
  return Math.min(Math.max(Number(found[1]) * units[found[2]!]!, shortest), longest);
}

export function spanName(span: number): string {
  for (const unit of ["w", "d", "h", "m"]) {
    if (span % units[unit]! === 0) return `${span / units[unit]!}${unit}`;
  }
  return `${Math.round(span / 1000)}s`;
}

export function timeName(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

export function rangeQuery(range: Range): Record<string, string> {
  if ("from" in range) return { from: timeName(range.from), until: timeName(range.until) };
  return { span: spanName(range.live) };
}

function bounded(from: number, until: number): Range {
  const size = Math.min(Math.max(until - from, shortest), longest);
  const middle = (from + until) / 2;
  return { from: Math.round((middle - size / 2) / 1000) * 1000, until: Math.round((middle + size / 2) / 1000) * 1000 };
}

// Nearer (factor below 1) or farther, around a time; a live span stays one unless the time is stated.
export function zoomed(range: Range, now: number, factor: number, around?: number): Range {
  if ("live" in range && around === undefined) {
    return { live: Math.round(Math.min(Math.max(range.live * factor, shortest), longest) / 1000) * 1000 };
  }
  const seen = seenOf(range, now);
  const at = around ?? (seen.from + seen.until) / 2;
  return bounded(at - (at - seen.from) * factor, at + (seen.until - at) * factor);
}

// Earlier (a negative share) or later.
export function moved(range: Range, now: number, share: number): Range {
  const seen = seenOf(range, now);
  const by = (seen.until - seen.from) * share;
  return bounded(seen.from + by, seen.until + by);
}

export function chosen(from: number, until: number): Range {
  return bounded(from, until);
}

export function around(time: number, size: number): Range {
  return bounded(time - size / 2, time + size / 2);
}
