import { useEffect, useRef } from "preact/hooks";
import { keys } from "../keys.js";
import { useStore } from "../parts/store.js";

export function KeyHelp({ close }: { close: () => void }) {
  const all = useStore(keys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys">
        {all.map((each) => (
          <div key={each.key + each.does}>
            <dt>
              <kbd>{nameOf(each.key)}</kbd>
            </dt>
            <dd>{each.does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

const names: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", " ": "Space", Escape: "Esc" };
const nameOf = (key: string) => names[key] ?? key;
