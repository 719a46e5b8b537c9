import type { User } from '../actor.ts';

/** `page`: of a browser, which renews it; `token`: one token, which lives as long as its session. */
export type SessionKind = 'page' | 'token';

export interface Session {
  readonly id: string;
  readonly userId: number;
  readonly kind: SessionKind;
  /** The user's when it began; good only as long as they agree. */
  readonly epoch: number;
  /** As sent, cut to what is kept. */
  readonly userAgent: string;
  /** From where it was used last. */
  readonly address: string;
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  readonly expiresAtMs: number;
}

export interface SecondFactor {
  /** Encrypted; its key is not in the database. */
  readonly sealedSecret: string;
  /** Counts only then: its user has shown a code. */
  readonly isConfirmed: boolean;
  readonly recoveryCodesLeft: number;
}

/** What is known of sessions and second factors. */
export interface SessionReads {
  /** With its user, in one query. */
  find(sessionId: string): Promise<{ session: Session; user: User } | undefined>;
  /** The sessions of the user's present epoch that are not past their time, the last used first. */
  list(userId: number, when: { nowMs: number; idleSinceMs: number }): Promise<Session[]>;
  secondFactor(userId: number): Promise<SecondFactor | undefined>;
}

export interface SessionOperations {
  /**
   * Of the oldest sessions of the same kind, those go that are more than `maxSessions` of the user. `precondition-failed`
   * unless the user is still at `epoch`.
   */
  createSession: { args: CreateSession; result: void };
  /**
   * Takes the secret for the next. 'repeated': it is the one before, replaced less than `graceMs` ago. 'stolen': it was
   * replaced long ago, so two have it; the session has ended. 'ended': there is no such session (any more), or it is
   * past its time.
   */
  renewSession: {
    args: RenewSession;
    result: { outcome: 'renewed' | 'repeated' | 'ended' } | { outcome: 'stolen'; userName: string };
  };
  /** Notes that a session is in use. Not an error when it is gone. */
  touchSession: { args: { sessionId: string; address: string; nowMs: number }; result: void };
  endSession: { args: { userId: number; sessionId: string }; result: { hasEnded: boolean } };
  /** Ends all sessions of a user but one. */
  endOtherSessions: { args: { userId: number; keptSessionId: string }; result: { ended: number } };
  /** Raises the epoch and ends all sessions. `not-found`. */
  logOutEverywhere: { args: { userId: number }; result: void };
  /** Removes sessions past their time, and pages unused since `idleSinceMs`, up to `limit`. */
  expireSessions: { args: { nowMs: number; idleSinceMs: number; limit: number }; result: { removed: number } };
  /**
   * A user's own change of password: raises the epoch, ends all sessions but `keptSessionId`, which goes on with the new
   * epoch. `precondition-failed` unless the user is still at `epoch`.
   */
  changePassword: {
    args: { userId: number; epoch: number; passwordHash: string; keptSessionId: string | undefined };
    result: { epoch: number };
  };

  /** Keeps a secret that does not count yet, in place of another such. `refused` while one is confirmed. */
  beginSecondFactor: { args: { userId: number; sealedSecret: string; nowMs: number }; result: void };
  /**
   * Lets the secret count, with new recovery codes; `step` is that of the code that was shown. `refused` unless
   * `sealedSecret` is what waits to be confirmed.
   */
  confirmSecondFactor: {
    args: { userId: number; sealedSecret: string; step: number; codeHashes: readonly string[] };
    result: void;
  };
  /** Takes the code of a time step, unless one of that or of a later step was taken before. */
  takeSecondFactorStep: { args: { userId: number; step: number }; result: { isTaken: boolean } };
  /** Takes a recovery code, which is gone then. */
  takeRecoveryCode: { args: { userId: number; codeHash: string }; result: { isTaken: boolean } };
  /** `refused` without a confirmed second factor. */
  replaceRecoveryCodes: { args: { userId: number; codeHashes: readonly string[] }; result: void };
  /** Not an error when there is none. */
  removeSecondFactor: { args: { userId: number }; result: void };
}

export interface CreateSession {
  sessionId: string;
  userId: number;
  kind: SessionKind;
  epoch: number;
  secretHash: string | undefined;
  userAgent: string;
  address: string;
  expiresAtMs: number;
  maxSessions: number;
  nowMs: number;
}

export interface RenewSession {
  sessionId: string;
  secretHash: string;
  nextHash: string;
  address: string;
  graceMs: number;
  /** Unused since then, it has ended. */
  idleSinceMs: number;
  nowMs: number;
}
