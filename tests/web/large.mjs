// A fleet of ten thousand, of which a thousand change each second.
import { Service, startSource } from "./world.mjs";

const shards = 50;
const tick = 2; // seconds
const changing = 10; // shards that change at each tick
const policies = `
apiVersion: loadline.dev/v1
kind: ScalingPolicy
metadata: { name: shard }
spec:
  allowedNamespaces: ["*"]
  replicas: { min: 1, max: 100, observed: 'have{shard="\${shard}"}' }
  parameters: { shard: { pattern: "[0-9]+" }, id: { pattern: "[0-9]+" } }
  signals: [ { name: load, query: 'load{shard="\${shard}"}', perReplica: 10 } ]
`;

function valueOf(query, seconds) {
  if (query.startsWith("have")) return 5;
  const shard = Number(query.match(/\d+/)[0]);
  // A value of its own that changes at every fifth tick.
  const turn = Math.floor((Math.floor(seconds / tick) * changing + (shards - 1 - shard)) / shards);
  return 20 + ((shard * 37 + turn * 61) % 700);
}

export async function largeFleet(bindings = 10_000) {
  const source = await startSource(valueOf);
  const service = new Service(
    source,
    policies,
    `tick: { interval: ${tick}s, delay: 100ms, budget: 1800ms }\njournal: { url: "memory:", heartbeat: 1h }`,
  );
  await service.start();
  const triggers = Array.from({ length: bindings }, (_, id) => ({
    namespace: `team-${id % 40}`,
    name: `service-${id}`,
    metadata: { policy: "shard", shard: String(id % shards), id: String(id) },
  }));
  await service.call(triggers);
  return service;
}
