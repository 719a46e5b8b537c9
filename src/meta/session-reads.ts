import type { User } from '../core/actor.ts';
import type { SecondFactor, Session, SessionReads } from '../core/ports/session-operations.ts';
import { secondFactorOf, sessionsOf, sessionWithUser } from './reads/sessions.ts';
import type { Engine } from './engine.ts';

/** Sessions and second factors in SQL. */
export class SqlSessions implements SessionReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async find(sessionId: string): Promise<{ session: Session; user: User } | undefined> {
    return this.#open().first(sessionWithUser, [sessionId]);
  }

  async list(userId: number, { nowMs, idleSinceMs }: { nowMs: number; idleSinceMs: number }): Promise<Session[]> {
    return this.#open().all(sessionsOf, [userId, nowMs, idleSinceMs]);
  }

  async secondFactor(userId: number): Promise<SecondFactor | undefined> {
    return this.#open().first(secondFactorOf, [userId]);
  }
}
