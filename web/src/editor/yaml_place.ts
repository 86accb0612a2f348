// Where in a YAML document one is writing: by indentation for blocks, by brackets for what is written in one line. A
// document that is being written is seldom whole, so no parser is asked.
import { item } from "./schema.js";

export interface YamlPlace {
  path: string[]; // of the map in which a key is written, or of the value
  writes: "key" | "value";
  word: string; // what has been written of it
}

interface Open {
  list: boolean;
  key: string; // of the pair that is being written, within a map
}

const valueBegins = /^\s*(-\s+)*([A-Za-z][\w.-]*\s*:\s+)?$/;
const keyAtEnd = /(?:^|[\s,{])([A-Za-z][\w.-]*)\s*:$/;

// The brackets that are open at the end of `text`, and the key whose value is written there.
function brackets(text: string): { open: Open[]; key: string } {
  const open: Open[] = [];
  let key = "";
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== "") {
      if (c === "\\" && quote === '"') i++;
      else if (c === quote) quote = "";
      continue;
    }
    const before = text[i - 1] ?? " ";
    // Within a block a value that has begun goes on to the end of its line, whatever brackets and quotes it has.
    const begins = open.length > 0 ? /[\s,:{[]/.test(before) : valueBegins.test(text.slice(text.lastIndexOf("\n", i - 1) + 1, i));
    if ((c === '"' || c === "'") && begins) quote = c;
    else if (c === "#" && /\s/.test(before)) {
      const end = text.indexOf("\n", i);
      if (end < 0) break;
      i = end - 1;
    } else if ((c === "{" || c === "[") && begins) {
      open.push({ list: c === "[", key });
      key = "";
    } else if ((c === "}" || c === "]") && open.length > 0) key = open.pop()!.key;
    else if (c === "," && open.length > 0) key = "";
    else if (c === ":") key = text.slice(0, i + 1).match(keyAtEnd)?.[1] ?? key;
    else if (c === "\n" && open.length === 0) key = "";
  }
  return { open, key };
}

// The columns of a line's dashes and of what follows them: "  - - name: x" is [2, 4] and 6.
function columnsOf(line: string): { dashes: number[]; content: number } {
  const dashes: number[] = [];
  let at = 0;
  for (;;) {
    while (line[at] === " ") at++;
    if (line[at] !== "-" || (line[at + 1] ?? " ") !== " ") return { dashes, content: at };
    dashes.push(at++);
  }
}

// The path of what stands in column `limit` below `lines`; `listAt`: the column of the dash that it begins with, or -1. The
// key of a list may stand in the column of its dashes.
function blockPath(lines: string[], limit: number, listAt: number): string[] {
  const path: string[] = [];
  for (let i = lines.length - 1; i >= 0 && (limit > 0 || listAt === 0); i--) {
    const line = lines[i]!;
    if (/^\s*(#|$)/.test(line)) continue;
    if (/^---/.test(line)) break;
    const { dashes, content } = columnsOf(line);
    const key = line.slice(content).match(/^([A-Za-z][\w.-]*)\s*:\s*(#.*)?$/)?.[1];
    const opens = content < limit || (content === listAt && dashes.length === 0);
    if (opens) {
      if (key === undefined) {
        if (dashes.length === 0) break; // what has a value opens nothing
      } else path.unshift(key);
      limit = content;
      listAt = -1;
    }
    for (const dash of dashes.toReversed()) {
      if (dash >= limit) continue;
      path.unshift(item);
      limit = dash;
      listAt = dash;
    }
  }
  return path;
}

export function placeAt(text: string, offset: number): YamlPlace {
  const before = text.slice(0, offset);
  const lines = before.split("\n");
  // Brackets may have been opened lines ago: the line before which none is open is where the block goes on.
  let first = lines.length - 1;
  while (first > 0 && brackets(lines.slice(0, first).join("\n").split(/^---/m).at(-1)!).open.length > 0) first--;
  const written = lines.slice(first).join("\n");
  const { open, key } = brackets(written);
  const word = before.match(/[\w./%-]*$/)![0];
  const { dashes, content } = columnsOf(lines[first]!);
  const path = blockPath(lines.slice(0, first), dashes[0] ?? Math.min(content, written.length), dashes[0] ?? -1);
  path.push(...dashes.map(() => item));
  for (const each of open) {
    if (each.key !== "") path.push(each.key);
    if (each.list) path.push(item);
  }
  const inList = open.at(-1)?.list ?? false;
  if (key !== "" && !inList) return { path: [...path, key], writes: "value", word };
  return { path, writes: inList ? "value" : "key", word };
}

export function kindOf(text: string): string {
  return text.match(/^kind:\s*(\w+)/m)?.[1] ?? "ScalingPolicy";
}
