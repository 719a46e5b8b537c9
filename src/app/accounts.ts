import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import type { AccountServices } from '../api/contract/account-services.ts';
import { Accounts } from '../auth/accounts.ts';
import { AppPasswords } from '../auth/app-passwords.ts';
import type { Caller } from '../auth/caller.ts';
import { Identifier } from '../auth/identifier.ts';
import { KeptKeys } from '../auth/kept-keys.ts';
import { KnownClients } from '../auth/known-clients.ts';
import { PasswordCheck, type LoginEvent } from '../auth/password-check.ts';
import type { PasswordHasher } from '../auth/password.ts';
import { SecondFactors } from '../auth/second-factor.ts';
import { Sessions } from '../auth/sessions.ts';
import type { Throttle } from '../auth/throttle.ts';
import { Tokens } from '../auth/tokens.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { contextOf } from '../http/request-context.ts';
import { sessionToken } from '../http/session-cookies.ts';
import { DAY_MS } from '../lib/clock.ts';
import type { AuditLog } from '../observe/audit.ts';

export interface AccountSurroundings {
  readonly core: Core;
  readonly hasher: PasswordHasher;
  readonly throttle: Throttle;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly onLogin: (event: LoginEvent) => void;
  /** Told when it could not be noted that, or from where, somebody signed in. */
  readonly onFailure: (error: unknown) => void;
}

/** Sessions, logins and second factors, ready to be used by the API. */
export interface AccountParts {
  readonly services: AccountServices;
  readonly clients: KnownClients;
  readonly appPasswords: AppPasswords;
  identify(request: IncomingMessage): Promise<Caller | undefined>;
  /** Forgets what is past its time, and sees to it that keys do not grow old; called now and then. */
  tidy(): Promise<void>;
}

/** Throws `refused` when the file of keys is not as it should be. */
export async function openAccounts(config: Config, surroundings: AccountSurroundings): Promise<AccountParts> {
  const { core, hasher, throttle, audit, onLogin, onFailure } = surroundings;
  const { store, clock } = core;
  const keptKeys = keptKeysOf(config);
  const keys = await keptKeys.open(clock.nowMs());
  const tokens = new Tokens(keys, clock);
  const { sessionIdleDays, sessionDays } = config.accounts;
  const limits = { pageIdleMs: sessionIdleDays * DAY_MS, pageMs: sessionDays * DAY_MS };
  const onStolen = ({ userName, address }: { userName: string; address: string }): void => {
    audit.record({ action: 'session-stolen', address, target: userName });
  };
  const sessions = new Sessions({ store, tokens, keys, clock, limits, onStolen });
  const wallClock = { nowMs: () => Date.now() };
  const secondFactors = new SecondFactors({ store, keys, throttle, clock, wallClock, onLogin });
  const clients = new KnownClients({ store, keys, clock, onFailure });
  const passwords = new PasswordCheck({ store, hasher, throttle, clients, clock, onLogin });
  const accounts = new Accounts({ store, passwords, hasher, secondFactors, tokens, clock, onLogin });
  const appPasswords = new AppPasswords({ store, throttle, clients, clock, onLogin, onFailure });
  const identifier = new Identifier(sessions, appPasswords);
  return {
    services: { accounts, sessions, secondFactors },
    clients,
    appPasswords,
    identify: (request) => {
      const { headers } = request;
      const { remoteAddress, isSecure } = contextOf(request);
      const accessToken = headers['x-access-token'];
      return identifier.identify({
        authorization: headers.authorization,
        accessToken: typeof accessToken === 'string' ? accessToken : undefined,
        pageToken: sessionToken(headers, isSecure),
        address: remoteAddress,
      });
    },
    tidy: async () => {
      await sessions.removeExpired();
      await keptKeys.renew(keys, clock.nowMs());
    },
  };
}

function keptKeysOf({ accounts, dataFolder }: Config): KeptKeys {
  const { keyFile } = accounts;
  return new KeptKeys(keyFile ?? path.join(dataFolder, 'account.keys'), { isOwn: keyFile === undefined });
}
