// Times on an axis, in UTC.
export const daySeconds = 86_400;
const two = (value: number) => String(value).padStart(2, "0");

// "06:15", "06:15:30"; where a day begins its date, too.
export function tickText(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  if (seconds % daySeconds === 0) return at.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const minutes = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return step < 60 ? `${minutes}:${two(at.getUTCSeconds())}` : minutes;
}
