// What of the fleet could not be asked for any more, while its decisions still come.
import { fleet } from "../../model/fleet.js";
import { NotAnewLine } from "../../parts/not_anew.js";
import { useStore } from "../../parts/store.js";

export function WhatIsOld() {
  const list = useStore(fleet.listNotAnew);
  const findings = useStore(fleet.findingsNotAnew);
  return (
    <>
      {list && <NotAnewLine what="The list" of={list} />}
      {findings && <NotAnewLine what="What is wrong with objects in Kubernetes" of={findings} />}
    </>
  );
}
