// An editor of YAML in an element, with completion by the schema, and marks at the lines that Loadline has something to say of.
// It is a text area with colours behind it, so a screen reader, a phone and the page's keys have what they know.
import { createEditor } from "prism-code-editor";
import { autoComplete, fuzzyFilter, registerCompletions } from "prism-code-editor/autocomplete";
import { addEditorHotkey, defaultKeymap, editHistory, editorCommands, setIgnoreTab } from "prism-code-editor/commands";
import { cursorPosition } from "prism-code-editor/cursor";
import "prism-code-editor/prism/languages/yaml";
import { insertText, setSelection } from "prism-code-editor/utils";
import { completeBy } from "./completion.js";
import type { SchemaNode } from "./schema.js";
import { sentence, type Problem } from "./sentence.js";

export interface Editor {
  replace(text: string): void;
  show(problems: Problem[]): void;
  goTo(line: number): void;
  remove(): void;
}

export function makeEditor(
  host: HTMLElement,
  text: string,
  schema: SchemaNode,
  label: string,
  changed: (text: string) => void,
  play: () => void,
): Editor {
  registerCompletions(["yaml"], { sources: [completeBy(schema)] });
  setIgnoreTab(true); // Tab goes on to the next field, as everywhere on the page; Ctrl M makes it indent
  let marked: Problem[] = [];
  const mark = () => {
    for (const line of editor.wrapper.querySelectorAll<HTMLElement>("[data-problem]")) {
      delete line.dataset.problem;
      line.removeAttribute("title");
    }
    for (const each of marked) {
      const line = editor.lines[Math.min(Math.max(each.line, 1), editor.lines.length - 1)];
      if (line === undefined || line.dataset.problem === "error") continue;
      line.dataset.problem = each.severity === "warning" ? "warning" : "error";
      line.title = sentence(each);
    }
  };
  const editor = createEditor(
    host,
    { value: text, language: "yaml" },
    editorCommands(defaultKeymap),
    editHistory(),
    cursorPosition(),
    autoComplete({ filter: fuzzyFilter }),
  );
  editor.textarea.setAttribute("aria-label", label);
  editor.on("update", (value) => (mark(), changed(value)));
  addEditorHotkey(editor, "mod+Enter", () => (play(), true), 0);
  return {
    replace: (next) => insertText(editor, next, 0, editor.value.length),
    show: (problems) => {
      marked = problems;
      mark();
    },
    goTo: (line) => {
      const before = editor.value.split("\n").slice(0, Math.max(line - 1, 0));
      const at = before.reduce((sum, each) => sum + each.length + 1, 0);
      editor.textarea.focus();
      setSelection(editor, Math.min(at, editor.value.length));
      editor.lines[line]?.scrollIntoView({ block: "nearest" });
    },
    remove: () => editor.remove(),
  };
}
