// A fleet of a night: what goes well, what is held, what is refused, who follows whom, who shares a budget.
import { readFile } from "node:fs/promises";
import { Service, startSource } from "./world.mjs";

const policies = await readFile(new URL("small.yaml", import.meta.url), "utf8");

const apps = ["checkout", "catalog", "search", "frontend", "recommendations"];
const pipelines = ["orders-cdc", "users-cdc", "invoices", "emails", "audit-log", "exports"];

// Numbers of that time: each app and each pipeline has a load of its own.
export function usualValue(query, seconds) {
  const of = query.match(/"([a-z-]+)"/)?.[1] ?? "";
  const own = [...of].reduce((sum, each) => sum + each.charCodeAt(0), 0);
  const wave = 1 + 0.5 * Math.sin(seconds / (20 + (own % 40)) + own);
  if (query.startsWith("requests")) return Math.round(wave * (150 + (own % 7) * 90));
  if (query.startsWith("waiting")) return 0;
  if (query.startsWith("lag")) return of === "exports" ? 0 : Math.round(wave * (40 + (own % 5) * 80));
  if (query.startsWith("backlog")) return of === "exports" ? 0 : Math.round(wave * (500 + (own % 9) * 1200));
  if (query.startsWith("have")) return of === "exports" ? 0 : 1 + Math.round(wave * (2 + (own % 4)));
  return 1;
}

export const triggers = [
  ...apps.map((app) => ({ namespace: "shop", name: app, metadata: { policy: "web", app } })),
  ...pipelines.map((pipeline) => ({ namespace: "data", name: pipeline, metadata: { policy: "worker", pipeline } })),
  { namespace: "shop", name: "payment", metadata: { policy: "payment" } },
  { namespace: "shop", name: "mailer", metadata: { policy: "mailer" } },
  { namespace: "legacy", name: "importer", metadata: { policy: "no-such-policy" } },
];

export async function smallFleet({ tokens = null, grafana = null } = {}) {
  const source = await startSource(usualValue);
  const service = new Service(
    source,
    policies,
    "tick: { interval: 2s, delay: 100ms, budget: 1800ms }\njournal: { heartbeat: 20s }\nforecasts: { refit: 1m, lead: 2s }",
  );
  Object.assign(service, { tokens, grafana });
  await service.start();
  await service.call(triggers);
  return service;
}
