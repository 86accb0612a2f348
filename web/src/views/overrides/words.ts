// An override in words.
import type { Override } from "./overrides.js";

export function whomOf(each: Pick<Override, "namespace" | "object" | "policy" | "all">): string {
  const parts: string[] = [];
  if (each.object !== null) parts.push(each.namespace === null ? each.object : `${each.namespace}/${each.object}`);
  else if (each.namespace !== null) parts.push(`all of ${each.namespace}`);
  if (each.policy !== null) parts.push(`policy ${each.policy}`);
  return parts.length === 0 ? "everything" : parts.join(", ");
}

export function whatOf(each: Pick<Override, "kind" | "replicas">): string {
  if (each.kind === "hold") return "hold what there is";
  const number = each.replicas === null ? "–" : String(each.replicas);
  if (each.kind === "pin") return `pinned to ${number}`;
  return each.kind === "floor" ? `at least ${number}` : `at most ${number}`;
}
