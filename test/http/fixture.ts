import { createSite } from '../../src/http/site.ts';
import { Server, type ServerOptions } from '../../src/http/server.ts';
import { silentLog } from '../support/silent-log.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import type { RequestHandler } from '../../src/http/request-context.ts';

export interface TestServer {
  readonly server: Server;
  readonly url: string;
  readonly metrics: Metrics;
}

/** Answers with who answered what. */
export function named(name: string): RequestHandler {
  return async (request, response) => {
    response.end(`${name} ${request.method} ${request.url} ${request.headers.host}`);
  };
}

/** A server on a free port of this machine, whose edges only say their names. */
export async function startServer(changes: Partial<ServerOptions> = {}): Promise<TestServer> {
  const metrics = new Metrics();
  const log = silentLog();
  const server = new Server({
    dav: named('dav'),
    davRoot: named('root'),
    operations: named('operations'),
    site: createSite([], log),
    limits: { headersTimeoutSeconds: 30, idleTimeoutSeconds: 60 },
    trustedProxies: [],
    log,
    metrics,
    ...changes,
  });
  const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url: `http://${host}:${port}`, metrics };
}
