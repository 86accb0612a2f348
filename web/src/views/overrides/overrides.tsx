// What operators said for a time: in force and to come, set and ended here.
import { useState } from "preact/hooks";
import { useAsked } from "../../parts/ask.js";
import type { ViewProps } from "../../views.js";
import { Changes } from "./changes.js";
import { OverrideList } from "./list.js";
import { SetOverride } from "./set.js";

export interface Override {
  name: string;
  namespace: string | null;
  object: string | null;
  policy: string | null;
  all: boolean;
  kind: "pin" | "floor" | "ceiling" | "hold";
  replicas: number | null;
  from: string | null;
  until: string;
  reason: string;
  author: string | null;
  state: "in_force" | "to_come";
  set_over: "api" | "document" | null;
  taken_up: boolean;
  bindings: number;
  matches: string[];
  warnings?: string[];
}

export interface OverridesPage {
  total: number;
  kept_in: string | null;
  problem: string | null;
  overrides: Override[];
}

export function Overrides({ place }: ViewProps) {
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<string[]>([]);
  const changed = (words: string[]) => {
    setSaid(words);
    setTurn(turn + 1);
  };
  return (
    <section class="text overrides">
      <h1>Overrides</h1>
      <p class="faint">
        What an operator says for a time, with a reason. It ends by itself. Everybody who is woken meanwhile sees it in the explanation.
      </p>
      <div role="status">
        {said.map((each) => (
          <p key={each} class={each.startsWith("⚠") ? "warn" : "good"}>
            {each}
          </p>
        ))}
      </div>
      <InForce key={turn} changed={changed} />
      <SetOverride object={place.query.get("object") ?? ""} changed={changed} />
      <Changes key={`changes ${turn}`} />
    </section>
  );
}

function InForce({ changed }: { changed: (words: string[]) => void }) {
  const asked = useAsked<OverridesPage>("overrides", {}, 5);
  if (asked.state === "loading") return <p class="faint">Loading …</p>;
  const page = asked.state === "there" ? asked.value : asked.last;
  return (
    <>
      {asked.state === "refused" && <p class="bad">{asked.error.message}</p>}
      {page?.problem && <p class="bad">Where overrides are kept could not be asked: {page.problem}</p>}
      {page && <OverrideList overrides={page.overrides} changed={changed} />}
      {page?.kept_in && <p class="faint">Those that are set here are kept in the {page.kept_in}.</p>}
    </>
  );
}
