// The editor, which is loaded when it is looked at, and marks what is wrong.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Editor } from "../../editor/editor.js";
import type { SchemaNode } from "../../editor/schema.js";
import type { Checked } from "./checked.js";

export interface Editing {
  host: RefObject<HTMLDivElement | null>; // where it is to stand
  loaded: "loading" | "there" | { failed: string };
  replace: (text: string) => void;
  goTo: (line: number) => void;
}

// `first`: the text that it begins with; `play` is called by its key.
export function useEditor(first: string, schema: SchemaNode, checked: Checked, changed: (text: string) => void, play: () => void): Editing {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef(play);
  latest.current = play;
  const [loaded, setLoaded] = useState<Editing["loaded"]>("loading");

  useEffect(() => {
    let gone = false;
    import("../../editor/editor.js").then(
      ({ makeEditor }) => {
        if (gone || host.current === null) return;
        editor.current = makeEditor(host.current, first, schema, "Policy, as YAML", changed, () => latest.current());
        setLoaded("there");
      },
      (error: unknown) => !gone && setLoaded({ failed: String(error) }),
    );
    return () => {
      gone = true;
      editor.current?.remove();
    };
  }, []);

  useEffect(() => {
    if (checked.state === "checked") editor.current?.show(checked.problems);
  }, [checked, loaded]);

  return {
    host,
    loaded,
    replace: (text) => editor.current?.replace(text),
    goTo: (line) => editor.current?.goTo(line),
  };
}
