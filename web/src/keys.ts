// Keys: a view says which it has while it is shown, and ? shows them all.
import { useEffect } from "preact/hooks";
import { Store } from "./parts/store.js";

export interface Key {
  key: string; // as of KeyboardEvent.key
  does: string; // "the next row"
  run: (event: KeyboardEvent) => void;
}

export const keys = new Store<Key[]>([]);

export function useKeys(mine: Key[]): void {
  useEffect(() => {
    keys.set([...keys.get(), ...mine]);
    return () => keys.set(keys.get().filter((each) => !mine.includes(each)));
  }, mine);
}

// What is typed into a field is text, but for Escape, which the field hears itself.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select") !== null);
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]") !== null) return;
  const found = keys.get().findLast((each) => each.key === event.key);
  if (found === undefined) return;
  found.run(event);
});
