// What of the fleet could not be asked for any more, while its decisions still come.
import { fleet } from "../../model/fleet.js";
import { useStore } from "../../parts/store.js";
import { clockText } from "../../parts/words.js";

export function WhatIsOld() {
  const list = useStore(fleet.listOld);
  const findings = useStore(fleet.findingsOld);
  return (
    <>
      {list !== "" && <Old what={`The bindings could not be asked for: ${list}. Those that are shown were there at ${clockText(fleet.loadedAt)}`} />}
      {findings !== "" && <Old what={`What is found wrong with bindings could not be asked for: ${findings}`} />}
    </>
  );
}

function Old({ what }: { what: string }) {
  return (
    <p class="server-problems">
      <span aria-hidden="true">▲ </span>
      {what}
    </p>
  );
}
