// Whether what is shown is what is so: live, or since when it is not any more.
import { useEffect, useState } from "preact/hooks";
import { stream } from "../api/events.js";
import { clockText, spanText } from "../parts/words.js";
import { useStore } from "../parts/store.js";

export function Liveness() {
  const now = useStore(stream.state);
  useSeconds(now.state === "lost");
  // The words that are read aloud change with the state only, not with each second.
  const said =
    now.state === "live" ? "Live" : now.state === "connecting" ? "Connecting" : `Not live since ${clockText(now.since)}`;
  return (
    <span class={`live ${now.state}`} title={now.state === "lost" ? now.why : undefined}>
      <span class="mark" aria-hidden="true" />
      <span role="status">{said}</span>
      {now.state === "lost" && <span aria-hidden="true"> ({spanText((Date.now() - now.since) / 1000)})</span>}
    </span>
  );
}

function useSeconds(wanted: boolean): void {
  const [, again] = useState(0);
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => again((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [wanted]);
}
