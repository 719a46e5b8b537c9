import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { createSetupSite } from '../api/setup/site.ts';
import { Authenticator, type LoginEvent } from '../auth/authenticator.ts';
import { PasswordHasher } from '../auth/password.ts';
import { Throttle } from '../auth/throttle.ts';
import type { Config } from '../config/load.ts';
import type { Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import { createDavHandler } from '../dav/handler.ts';
import { exchangeOf } from '../http/exchange.ts';
import { InFlightLimiter } from '../http/in-flight.ts';
import { createOperations } from '../http/operations.ts';
import { Server } from '../http/server.ts';
import { AuditLog } from '../observe/audit.ts';
import type { Log } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import type { Administration } from './administration.ts';

export interface Composition {
  readonly server: Server;
  readonly administration: Administration;
  close(): Promise<void>;
}

/** Puts a server together on a core that is ready. The only place that knows every part. */
export async function compose(config: Config, core: Core, log: Log): Promise<Composition> {
  const metrics = new Metrics();
  metrics.watch({ disks: () => core.blobs.listDisks(), statements: () => core.store.statementCount });
  const audit = await openAudit(config, core, (error) => log.error({ error }, 'the audit log cannot be written'));
  const hasher = new PasswordHasher();
  const { store, clock } = core;
  const onLogin = (event: LoginEvent): void => recordLogin(event, { metrics, audit });
  const authenticator = new Authenticator({ store, hasher, throttle: new Throttle(clock), clock, onLogin });
  const authenticate = inTurn(authenticator, new InFlightLimiter(config.http.maxRequestsPerUser));

  const dav = createDavHandler({
    core,
    authenticate,
    settings: {
      prefix: '/dav',
      allowInfiniteDepth: config.webdav.propfindInfiniteDepth,
      publicUrl: config.publicUrl,
      realm: 'nosocial',
    },
    log,
  });
  const server = new Server({
    dav: dav,
    davRoot: dav,
    operations: createOperations({
      probes: { ping: () => store.ping(), disks: () => core.blobs.listDisks() },
      metrics,
      authenticator,
    }),
    site: createSetupSite({ core, hasher, audit, log }),
    limits: config.http,
    trustedProxies: config.trustedProxies,
    log,
    metrics,
  });
  return {
    server,
    administration: { core, config, isServing: true, address: undefined, hasher, audit },
    close: async () => {
      hasher.close();
      await audit.close();
    },
  };
}

export async function openAudit(config: Config, core: Core, onFailure: (error: unknown) => void): Promise<AuditLog> {
  return AuditLog.open(join(config.dataFolder, 'audit.log'), core.clock, onFailure);
}

/** Finds out who asks, and holds them to their share of the server until they are answered. */
function inTurn(authenticator: Authenticator, limiter: InFlightLimiter): (request: IncomingMessage) => Promise<Actor> {
  return async (request) => {
    const exchange = exchangeOf(request);
    const actor = await authenticator.basic(request.headers.authorization, exchange.remoteAddress);
    exchange.user = actor;
    exchange.response.once('close', limiter.enter(actor.userId));
    return actor;
  };
}

function recordLogin({ outcome, userName, address }: LoginEvent, to: { metrics: Metrics; audit: AuditLog }): void {
  to.metrics.countLogin(outcome);
  if (outcome === 'blocked') return;
  to.audit.record({ action: outcome === 'succeeded' ? 'login' : 'login-failed', user: userName, address });
}
