// The way to a binding's dashboard in Grafana, where http.grafana says where that is.
import { useAsked } from "./ask.js";
import type { ServerStatus } from "../api/types.js";

interface Binding {
  namespace: string;
  name: string;
  policy: string;
}

export function grafanaAddress(template: string, binding: Binding): string {
  return template.replace(/\{(namespace|name|policy)\}/g, (_, key: keyof Binding) => encodeURIComponent(binding[key]));
}

export function GrafanaLink({ binding }: { binding: Binding }) {
  const asked = useAsked<ServerStatus>("status", {}, 0);
  const template = asked.state === "there" ? asked.value.grafana : null;
  if (template === null) return null;
  return (
    <a href={grafanaAddress(template, binding)} rel="noreferrer">
      Grafana
    </a>
  );
}
