// What Loadline says of what is written, once nobody has written for a moment.
import { useEffect, useState } from "preact/hooks";
import { asError, post } from "../../api/client.js";
import type { Problem } from "../../editor/sentence.js";

export type Checked = { state: "checking" } | { state: "checked"; problems: Problem[] } | { state: "unchecked"; why: string };

const quiet = 350; // ms without a key

export function useChecked(text: string): Checked {
  const [checked, setChecked] = useState<Checked>({ state: "checking" });
  useEffect(() => {
    setChecked({ state: "checking" });
    const gone = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { problems } = await post<{ problems: Problem[] }>("validate", text, "application/yaml", gone.signal);
        setChecked({ state: "checked", problems });
      } catch (error) {
        if (!gone.signal.aborted) setChecked({ state: "unchecked", why: asError(error).message });
      }
    }, quiet);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [text]);
  return checked;
}

export function errorsOf(checked: Checked): number {
  return checked.state === "checked" ? checked.problems.filter((each) => each.severity !== "warning").length : 0;
}
