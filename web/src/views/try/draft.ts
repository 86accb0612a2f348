// What is written in a view and not done yet: it is there again where one comes back to it in this tab, be it after a link, Back,
// or the question for a token.
import { useState } from "preact/hooks";
import { ofSession } from "../../parts/storage.js";

// As useState. `of`: the binding; `field`: which part of the draft.
export function useDraft(of: string, field: string, initial: string): [string, (value: string) => void] {
  const key = `loadline-draft ${of} ${field}`;
  const [value, setValue] = useState(() => ofSession.get(key) ?? initial);
  const set = (next: string) => {
    ofSession.set(key, next === initial ? null : next);
    setValue(next);
  };
  return [value, set];
}
