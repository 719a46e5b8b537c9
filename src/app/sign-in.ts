import type { IncomingMessage } from 'node:http';
import type { AccountServices } from '../api/contract/account-services.ts';
import { Authenticator } from '../auth/authenticator.ts';
import type { Caller } from '../auth/caller.ts';
import type { LoginEvent } from '../auth/password-check.ts';
import { PasswordHasher } from '../auth/password.ts';
import { Throttle } from '../auth/throttle.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { Admission } from '../http/admission.ts';
import { InFlightLimiter } from '../http/in-flight.ts';
import type { AuditLog } from '../observe/audit.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { openAccounts } from './accounts.ts';
import { basicWithHomes, withHomes } from './home-visits.ts';
import { LastLogins } from './last-logins.ts';

interface Surroundings {
  readonly core: Core;
  readonly metrics: Metrics;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** Everything that finds out who asks, on every edge: one hasher, one throttle. */
export interface SignIn {
  readonly hasher: PasswordHasher;
  readonly authenticator: Authenticator;
  /** The gate of WebDAV. */
  readonly admission: Admission;
  /** Who asks the API. */
  identify(request: IncomingMessage): Promise<Caller | undefined>;
  readonly services: AccountServices;
  /** To be done now and then. */
  tidy(): Promise<void>;
}

/** Throws `refused` when the file of keys is not as it should be. */
export async function openSignIn(config: Config, { core, metrics, audit, log }: Surroundings): Promise<SignIn> {
  const { store, clock } = core;
  const hasher = new PasswordHasher();
  const throttle = new Throttle(clock);
  const lastLogins = new LastLogins(core, (error) => log.warn({ error }, 'the time of a login could not be noted'));
  const onLogin = (event: LoginEvent): void => {
    metrics.countLogin(event.outcome);
    lastLogins.note(event);
    recordLogin(event, audit);
  };
  const onFailure = (error: unknown): void =>
    log.warn({ error }, 'a login, or the use of an app password, could not be noted');
  const accounts = await openAccounts(config, { core, hasher, throttle, audit, onLogin, onFailure });
  const { clients, appPasswords } = accounts;
  const authenticator = new Authenticator({ store, hasher, throttle, clients, clock, onLogin, appPasswords });
  const limiter = new InFlightLimiter(config.http.maxRequestsPerUser);
  return {
    hasher,
    authenticator,
    admission: new Admission(basicWithHomes(core, authenticator), limiter),
    identify: async (request) => {
      const caller = await accounts.identify(request);
      return caller && { ...caller, actor: withHomes(core, caller.actor) };
    },
    services: accounts.services,
    tidy: () => accounts.tidy(),
  };
}

/** As the audit log says it. */
const BEGUN = { page: 'a session of a browser', token: 'a token' } as const;

function recordLogin({ outcome, userName, address, appPassword, began }: LoginEvent, audit: AuditLog): void {
  if (outcome === 'blocked') return;
  audit.record({
    action: outcome === 'succeeded' ? 'login' : 'login-failed',
    user: userName,
    address,
    value: appPassword ?? (began && BEGUN[began]),
  });
}
