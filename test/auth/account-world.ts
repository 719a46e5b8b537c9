import assert from 'node:assert/strict';
import { Accounts } from '../../src/auth/accounts.ts';
import { KnownClients } from '../../src/auth/known-clients.ts';
import { KeyRing, newKey } from '../../src/auth/key-ring.ts';
import { PasswordCheck, type LoginEvent } from '../../src/auth/password-check.ts';
import { PasswordHasher } from '../../src/auth/password.ts';
import { SecondFactors } from '../../src/auth/second-factor.ts';
import { Sessions } from '../../src/auth/sessions.ts';
import { Throttle } from '../../src/auth/throttle.ts';
import { Tokens } from '../../src/auth/tokens.ts';
import type { User } from '../../src/core/actor.ts';
import { TestCore } from '../support/test-core.ts';
import { FakeEngine, fakeHash } from './fixture.ts';

export const PASSWORD = 'correct horse';
export const DAY_MS = 24 * 3600_000;

/** Accounts, sessions and second factors on a real store, at a time that passes only when it is told to. */
export class AccountWorld {
  readonly test: TestCore;
  readonly engine = new FakeEngine();
  readonly events: LoginEvent[] = [];
  readonly stolen: string[] = [];
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly secondFactors: SecondFactors;
  readonly accounts: Accounts;
  readonly tokens: Tokens;

  private constructor(test: TestCore) {
    this.test = test;
    const { clock } = test;
    const { store } = test.core;
    this.keys = new KeyRing([newKey('token', clock.nowMs()), newKey('seal', clock.nowMs())]);
    this.tokens = new Tokens(this.keys, clock);
    const limits = { pageIdleMs: 30 * DAY_MS, pageMs: 180 * DAY_MS };
    const onStolen = ({ userName }: { userName: string }) => this.stolen.push(userName);
    this.sessions = new Sessions({ store, tokens: this.tokens, keys: this.keys, clock, limits, onStolen });
    const throttle = new Throttle(clock);
    const onLogin = (event: LoginEvent) => this.events.push(event);
    this.secondFactors = new SecondFactors({ store, keys: this.keys, throttle, clock, wallClock: clock, onLogin });
    const hasher = new PasswordHasher(this.engine);
    const clients = new KnownClients({ store, keys: this.keys, clock, onFailure: assert.ifError });
    const passwords = new PasswordCheck({ store, hasher, throttle, clients, clock, onLogin });
    const { secondFactors, tokens } = this;
    this.accounts = new Accounts({ store, passwords, hasher, secondFactors, tokens, clock, onLogin });
  }

  /** With `ann`, whose password is `PASSWORD`. */
  static async open(): Promise<AccountWorld> {
    const test = await TestCore.open();
    const passwordHash = fakeHash(PASSWORD);
    await test.core.store.run('updateUser', { userId: test.as('ann').userId, passwordHash, nowMs: test.clock.nowMs() });
    return new AccountWorld(test);
  }

  async ann(): Promise<User> {
    return (await this.test.core.store.findUser('ann'))!;
  }

  advance(seconds: number): void {
    this.test.clock.advance(seconds);
  }

  close(): Promise<void> {
    return this.test.close();
  }
}
