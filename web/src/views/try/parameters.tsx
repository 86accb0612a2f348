// The parameters that a policy is tried with: those of the trigger that a policy declares. What the API hides, as it may be
// secret, is asked for, and forgotten with the page.
import { useMemo, useState } from "preact/hooks";
import { declaredParameters } from "../../editor/declared.js";

const hidden = "(hidden)";

interface Tried {
  known: Record<string, string>;
  hidden: string[];
}

export function parametersOf(metadata: Record<string, string>, policies: string[]): Tried {
  const declared = new Set(policies.flatMap((each) => [...declaredParameters(each)]));
  // A key with KEDA's suffix FromEnv counts as the key without.
  const mine = Object.entries(metadata)
    .map(([key, value]): [string, string] => [key.replace(/FromEnv$/, ""), value])
    .filter(([name]) => declared.has(name));
  return {
    known: Object.fromEntries(mine.filter(([, value]) => value !== hidden)),
    hidden: mine.filter(([, value]) => value === hidden).map(([key]) => key),
  };
}

export interface Asking {
  names: string[]; // that are hidden
  values: Record<string, string>; // as they are written
  set: (values: Record<string, string>) => void;
  given: Record<string, string>; // all that is known or written
}

export function useParameters(metadata: Record<string, string>, policies: string[]): Asking {
  const tried = useMemo(() => parametersOf(metadata, policies), policies);
  const [values, set] = useState<Record<string, string>>({});
  return { names: tried.hidden, values, set, given: { ...tried.known, ...written(tried.hidden, values) } };
}

export function HiddenFields({ of: { names, values, set } }: { of: Asking }) {
  return names.map((name) => (
    <label key={name} title="The API hides what may be secret, so it is to be written here. It is not kept.">
      {name} (hidden)
      <input type="password" autocomplete="off" value={values[name] ?? ""} onInput={(event) => set({ ...values, [name]: event.currentTarget.value })} />
    </label>
  ));
}

// What is written for those that are asked for; what is left empty is not said.
function written(names: string[], values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? ""]).filter(([, value]) => value !== ""));
}
