// How KEDA, the HPA and starting replicas are played: their defaults, unless they are otherwise where the policy is to run.
export interface ClusterTimes {
  start_delay: string;
  polling: string;
  cooldown: string;
  sync: string;
  down_window: string;
}

export const untold: ClusterTimes = { start_delay: "", polling: "", cooldown: "", sync: "", down_window: "" };

const fields: [keyof ClusterTimes, string, string][] = [
  ["start_delay", "A replica serves after", "as was seen"],
  ["polling", "KEDA's polling interval", "30s"],
  ["cooldown", "KEDA's cooldown period", "5m"],
  ["sync", "The HPA's sync", "15s"],
  ["down_window", "The HPA's window down", "5m"],
];

export function told(times: ClusterTimes): Partial<ClusterTimes> {
  return Object.fromEntries(Object.entries(times).filter(([, value]) => value.trim() !== ""));
}

export function ClusterTimesFields({ times, set }: { times: ClusterTimes; set: (times: ClusterTimes) => void }) {
  return (
    <details class="cluster-times">
      <summary>KEDA and the HPA there</summary>
      <div class="row">
        {fields.map(([name, words, usual]) => (
          <label key={name}>
            {words}
            <input value={times[name]} placeholder={usual} onInput={(event) => set({ ...times, [name]: event.currentTarget.value })} />
          </label>
        ))}
      </div>
    </details>
  );
}
