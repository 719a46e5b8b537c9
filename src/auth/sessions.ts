import { createHash, createHmac } from 'node:crypto';
import type { User } from '../core/actor.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { Session, SessionKind } from '../core/ports/session-operations.ts';
import type { Clock } from '../lib/clock.ts';
import { isDomainError } from '../lib/errors.ts';
import { randomId, randomSecret } from '../lib/ids.ts';
import type { KeyRing } from './key-ring.ts';
import { notGood, type Purpose, type Tokens } from './tokens.ts';

/** How long the token in a page's cookie is good; with the renewal that follows it, the page notices nothing. */
const PAGE_TOKEN_MS = 15 * 60_000;
const API_TOKEN_MS = 24 * 3600_000;
/** Two tabs may renew at once, and an answer may be lost: the secret before is taken for so long. */
const RENEWAL_GRACE_MS = 60_000;
/** The use of a session is noted so often at most. */
const TOUCH_MS = 60_000;
const MAX_SESSIONS = 100;
const MAX_AGENT_BYTES = 255;
const MAX_ADDRESS_LENGTH = 64;
const EXPIRED_PER_TURN = 500;

/** Which purpose the tokens of a session have. */
const PURPOSES = { page: 'page', token: 'api' } as const satisfies Record<SessionKind, Purpose>;

export interface SessionLimits {
  /** A page that is not used for so long has to sign in again. */
  readonly pageIdleMs: number;
  /** And after so long in any case. */
  readonly pageMs: number;
}

export interface SessionOptions {
  readonly store: Pick<MetadataStore, 'run' | 'sessions'>;
  readonly tokens: Tokens;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Told of a session that ended because somebody sent a secret that its page had replaced long ago. */
  readonly onStolen?: (event: { userName: string; address: string }) => void;
}

/** Where a session is used from. */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

/** What a client of a session is given. */
export interface OpenedSession {
  readonly user: User;
  readonly sessionId: string;
  readonly token: string;
  readonly tokenExpiresAtMs: number;
  /** Until then it may be renewed. */
  readonly sessionExpiresAtMs: number;
}

export interface OpenedPage extends OpenedSession {
  /** Buys the next token, once, and names its session. */
  readonly renewal: string;
}

/** Begins, renews, finds and ends sessions. */
export class Sessions {
  readonly #options: SessionOptions;
  /** When the use of a session was noted last: kept until its note can be seen in the row itself. */
  readonly #touchedAtMs = new Map<string, number>();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** A browser's. Throws `not-authenticated` when the user was changed meanwhile. */
  async openPage(user: User, client: Client): Promise<OpenedPage> {
    const secret = randomSecret();
    const expiresAtMs = this.#nowMs() + this.#options.limits.pageMs;
    const sessionId = await this.#create(user, { client, kind: 'page', expiresAtMs, secretHash: hashOf(secret) });
    return { ...(await this.#pageToken(user, { id: sessionId, expiresAtMs })), renewal: `${sessionId}.${secret}` };
  }

  /** A program's. Throws as `openPage`. */
  async openToken(user: User, client: Client): Promise<OpenedSession> {
    const expiresAtMs = this.#nowMs() + API_TOKEN_MS;
    const sessionId = await this.#create(user, { client, kind: 'token', expiresAtMs, secretHash: undefined });
    return this.tokenOf(user, sessionId, expiresAtMs);
  }

  /** Another token of a program's session, as for a new epoch. */
  async tokenOf(user: User, sessionId: string, expiresAtMs: number): Promise<OpenedSession> {
    const claims = { userId: user.id, epoch: user.epoch, sessionId };
    const token = await this.#options.tokens.sign('api', claims, expiresAtMs);
    return { user, sessionId, token, tokenExpiresAtMs: expiresAtMs, sessionExpiresAtMs: expiresAtMs };
  }

  /** The next token for a page, and the next secret. Throws `not-authenticated` when the session is over. */
  async renew(renewal: string, { address }: Client): Promise<OpenedPage> {
    const [sessionId = '', secret = ''] = renewal.split('.');
    // Made of the one before, so that whoever asks twice is told the same; by the kind of key that is not replaced.
    const next = createHmac('sha256', this.#options.keys.newest('seal').bytes)
      .update(`renewal ${sessionId} ${secret}`)
      .digest('base64url');
    const nowMs = this.#nowMs();
    const result = await this.#options.store.run('renewSession', {
      sessionId,
      secretHash: hashOf(secret),
      nextHash: hashOf(next),
      address: address.slice(0, MAX_ADDRESS_LENGTH),
      graceMs: RENEWAL_GRACE_MS,
      idleSinceMs: nowMs - this.#options.limits.pageIdleMs,
      nowMs,
    });
    if (result.outcome === 'stolen') this.#options.onStolen?.({ userName: result.userName, address });
    const isLive = result.outcome === 'renewed' || result.outcome === 'repeated';
    const found = isLive ? await this.#find(sessionId) : undefined;
    if (found === undefined) throw notGood();
    return { ...(await this.pageTokenOf(found.user, found.session)), renewal: `${sessionId}.${next}` };
  }

  /** Another token for a page, whose secret stays as it is. */
  async pageTokenOf(user: User, session: Session): Promise<OpenedSession> {
    return this.#pageToken(user, session);
  }

  /** Whose token this is, with one query. Throws `not-authenticated`. */
  async identify(token: string, kind: SessionKind, address: string): Promise<{ session: Session; user: User }> {
    const claims = await this.#options.tokens.verify(token, PURPOSES[kind]);
    const found = await this.#find(claims.sessionId);
    if (found?.session.kind !== kind || found.user.id !== claims.userId || found.user.epoch !== claims.epoch) {
      throw notGood();
    }
    this.#touch(found.session, address);
    return found;
  }

  /** Whose session this is, while it is live; its use is not noted. */
  async userOf(sessionId: string): Promise<User | undefined> {
    return (await this.#find(sessionId))?.user;
  }

  /** All that are live. */
  async list(userId: number): Promise<Session[]> {
    const nowMs = this.#nowMs();
    return this.#options.store.sessions.list(userId, {
      nowMs,
      idleSinceMs: nowMs - this.#options.limits.pageIdleMs,
    });
  }

  /** Whether there was such a session of the user. */
  async end(userId: number, sessionId: string): Promise<boolean> {
    return (await this.#options.store.run('endSession', { userId, sessionId })).hasEnded;
  }

  /** Ends the session that a renewal names, if the secret is its own. */
  async endByRenewal(renewal: string, client: Client): Promise<void> {
    try {
      const { user, sessionId } = await this.renew(renewal, client);
      await this.end(user.id, sessionId);
    } catch (error) {
      if (!isDomainError(error, 'not-authenticated')) throw error;
    }
  }

  /** Forgets sessions past their time; how many. */
  async removeExpired(): Promise<number> {
    const nowMs = this.#nowMs();
    const idleSinceMs = nowMs - this.#options.limits.pageIdleMs;
    let total = 0;
    for (;;) {
      const { removed } = await this.#options.store.run('expireSessions', {
        nowMs,
        idleSinceMs,
        limit: EXPIRED_PER_TURN,
      });
      total += removed;
      if (removed < EXPIRED_PER_TURN) return total;
    }
  }

  async #create(
    user: User,
    how: { client: Client; kind: SessionKind; expiresAtMs: number; secretHash: string | undefined },
  ): Promise<string> {
    const { client, ...rest } = how;
    const sessionId = randomId();
    const creation = {
      sessionId,
      userId: user.id,
      epoch: user.epoch,
      ...rest,
      userAgent: cut(client.userAgent, MAX_AGENT_BYTES),
      address: client.address.slice(0, MAX_ADDRESS_LENGTH),
      maxSessions: MAX_SESSIONS,
      nowMs: this.#nowMs(),
    };
    try {
      await this.#options.store.run('createSession', creation);
    } catch (error) {
      // Between the check of the password and now it was changed, or all were signed out.
      if (isDomainError(error, 'precondition-failed')) throw notGood(error);
      throw error;
    }
    return sessionId;
  }

  async #pageToken(user: User, { id, expiresAtMs }: Pick<Session, 'id' | 'expiresAtMs'>): Promise<OpenedSession> {
    const tokenExpiresAtMs = Math.min(this.#nowMs() + PAGE_TOKEN_MS, expiresAtMs);
    const claims = { userId: user.id, epoch: user.epoch, sessionId: id };
    const token = await this.#options.tokens.sign('page', claims, tokenExpiresAtMs);
    return { user, sessionId: id, token, tokenExpiresAtMs, sessionExpiresAtMs: expiresAtMs };
  }

  /** A session that is good now. */
  async #find(sessionId: string): Promise<{ session: Session; user: User } | undefined> {
    const found = await this.#options.store.sessions.find(sessionId);
    if (found === undefined) return undefined;
    const { session, user } = found;
    const nowMs = this.#nowMs();
    const isIdle = session.kind === 'page' && nowMs - session.seenAtMs >= this.#options.limits.pageIdleMs;
    const isOver = isIdle || nowMs >= session.expiresAtMs || user.isDisabled || user.epoch !== session.epoch;
    return isOver ? undefined : found;
  }

  /** In the background, and seldom: nobody waits for it. */
  #touch({ id, seenAtMs }: Session, address: string): void {
    const nowMs = this.#nowMs();
    if (nowMs - Math.max(seenAtMs, this.#touchedAtMs.get(id) ?? 0) < TOUCH_MS) return;
    this.#touchedAtMs.set(id, nowMs);
    this.#options.store
      .run('touchSession', { sessionId: id, address: address.slice(0, MAX_ADDRESS_LENGTH), nowMs })
      // When the database is away, the next request says so.
      .catch(() => undefined)
      .finally(() => this.#touchedAtMs.delete(id));
  }

  #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** At most so many bytes, in whole characters; clients send anything. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text.toWellFormed());
  if (bytes.length <= maxBytes) return bytes.toString();
  return new TextDecoder('utf-8').decode(bytes.subarray(0, maxBytes), { stream: true });
}
