// A server that has Loadline at a path of its own, as Kubernetes' API server does: it keeps Authorization for itself.
import { createServer, request } from "node:http";
import { once } from "node:events";
import { endsBy } from "./ends.mjs";

export async function startProxy(target, path) {
  const proxy = {};
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url.startsWith(path)) {
      outgoing.writeHead(404, { "Content-Type": "text/plain" });
      return outgoing.end("not below this path");
    }
    const headers = { ...incoming.headers };
    delete headers.authorization;
    const asked = request(target + incoming.url.slice(path.length - 1), { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on("error", () => outgoing.destroy());
    outgoing.on("close", () => asked.destroy());
    incoming.pipe(asked);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy.url = `http://127.0.0.1:${server.address().port}${path}`;
  endsBy(() => (server.closeAllConnections(), server.close()));
  return proxy;
}
