// Which trigger of an object is meant, in words and in an address: by its policy, and by what else its metadata says.
import type { BindingName } from "../api/types.js";

// Keys of a trigger that are KEDA's own, not the policy's.
const ofKeda = ["policy", "scalerAddress", "caCert", "tlsClientCert", "tlsClientKey", "tlsCertFile", "enableTLS", "unsafeSsl", "metricType"];

// "pool=main,zone=a": all that tells a trigger from the others of its object, also what its policy does not declare, which the
// label of Loadline's metrics leaves out.
export function parametersText(metadata: Record<string, string>): string {
  return Object.entries(metadata)
    .filter(([key]) => !ofKeda.includes(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

export const triggerQuery = (trigger: BindingName) => ({ policy: trigger.policy, parameters: parametersText(trigger.metadata) });

// Whether an address means it: what it does not say fits all.
export function isMeant(trigger: BindingName, query: URLSearchParams): boolean {
  const policy = query.get("policy") ?? "";
  const parameters = query.get("parameters");
  return (policy === "" || trigger.policy === policy) && (parameters === null || parametersText(trigger.metadata) === parameters);
}
