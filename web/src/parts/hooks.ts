import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../api/clock.js";

// The view is shown anew every so many seconds, while it is looked at: for ages.
export function useEvery(seconds: number, wanted = true): void {
  const [, again] = useState(0);
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => !document.hidden && again((count) => count + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, wanted]);
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listener = () => setMatches(media.matches);
    listener();
    media.addEventListener("change", listener);
    return () => media.removeEventListener("change", listener);
  }, [query]);
  return matches;
}

// The server's time, as often as a pixel or so of a span goes by.
export function useClock(span: number): number {
  const step = Math.min(Math.max(span / 1000, 1000), 30_000);
  const [now, setNow] = useState(serverNow());
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), step);
    return () => clearInterval(timer);
  }, [step]);
  return now;
}
