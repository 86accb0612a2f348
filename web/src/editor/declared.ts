// Which parameters a policy declares, as far as it is written.
import { placeAt } from "./yaml_place.js";

export function declaredParameters(text: string): Set<string> {
  const names = new Set<string>();
  for (const found of text.matchAll(/(["']?)([A-Za-z][\w.-]*)\1(?=\s*:)/g)) {
    const { path, writes } = placeAt(text, found.index);
    if (writes === "key" && path.join(".") === "spec.parameters") names.add(found[2]!);
  }
  return names;
}
