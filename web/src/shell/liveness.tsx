// Whether what is shown is what is so: live, or since when it is not any more.
import { serverNow } from "../api/clock.js";
import { stream } from "../api/events.js";
import { useEvery } from "../parts/hooks.js";
import { useStore } from "../parts/store.js";
import { clockText, spanText } from "../parts/words.js";

const words = { connecting: "Connecting", live: "Live", lost: "Not live" };

export function Liveness() {
  const { state } = useStore(stream.state);
  return (
    <span class={`live ${state}`}>
      <span class="mark" aria-hidden="true" />
      <span role="status">{words[state]}</span>
    </span>
  );
}

export function StaleBanner() {
  const now = useStore(stream.state);
  useEvery(1, now.state === "lost");
  if (now.state !== "lost") return null;
  return (
    <section class="stale" aria-label="Not live">
      <span>
        <strong>Not live since {clockText(now.since)}</strong> <span class="figure">({spanText((serverNow() - now.since) / 1000)})</span>
        {": "}
        {now.why} What you see is what was so then.
      </span>
      <button type="button" onClick={() => stream.connect()}>
        Try now
      </button>
    </section>
  );
}
