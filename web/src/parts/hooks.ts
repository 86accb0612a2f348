import { useEffect, useState } from "preact/hooks";

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
