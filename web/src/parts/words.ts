// Numbers and times as they are shown everywhere.

// "3", "2.6", "0.05", "1.2k"; not known: "–"
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1e6) return `${trimmed(value / 1e6, 1)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3, 1)}k`;
  return trimmed(value, size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

// "0 s", "47 s", "3 m", "2 h 5 m", "1 d 10 h", "12 d"
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h${whole % 3600 >= 60 ? ` ${Math.floor((whole % 3600) / 60)} m` : ""}`;
  const hours = Math.floor((whole % 86_400) / 3600);
  return `${Math.floor(whole / 86_400)} d${hours > 0 && whole < 7 * 86_400 ? ` ${hours} h` : ""}`;
}

// "03:12:07Z": UTC, as the API and the log have it.
export function clockText(time: number | string): string {
  return `${new Date(time).toISOString().slice(11, 19)}Z`;
}

// "2026-11-24 03:12:07Z"
export function timeText(time: number | string): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ") + "Z";
}
