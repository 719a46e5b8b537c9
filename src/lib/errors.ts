/**
 * Every way in which an operation can fail, named once. Each edge has one table from code to answer;
 * a new code does not compile until every edge has one.
 */
export type ErrorCode =
  /** The request itself is malformed; the message says what is. */
  | 'bad-request'
  /** A path or name that can never exist (control characters, `..`, too long, …). */
  | 'bad-name'
  | 'not-authenticated'
  /** The password is right; a code is needed besides. */
  | 'second-factor-needed'
  | 'forbidden'
  /** Nobody may register, or not in this way. */
  | 'registration-closed'
  /** The password is right, and an administrator has yet to approve the account. */
  | 'account-waiting'
  | 'not-found'
  /** The file is there, and is nothing of which a picture can be made. */
  | 'no-preview'
  | 'already-exists'
  /** The collection that should hold the node does not exist. */
  | 'parent-missing'
  | 'not-a-collection'
  | 'is-a-collection'
  /** Source and destination are the same, or one contains the other. */
  | 'into-itself'
  /** A lock of somebody else, or one whose token was not submitted. */
  | 'locked'
  /** A new lock does not go together with an existing one. */
  | 'lock-conflict'
  | 'lock-token-mismatch'
  | 'lock-limit'
  | 'precondition-failed'
  | 'quota-exceeded'
  /** No disk has room. */
  | 'no-space'
  /** The disk (or database) that is needed is not there now; worth trying again. */
  | 'unavailable'
  /** Too much at once; worth trying again. */
  | 'busy'
  | 'too-many-attempts'
  | 'body-not-supported'
  | 'too-large'
  | 'checksum-mismatch'
  | 'depth-refused'
  /** A destination on another server. */
  | 'foreign-destination'
  | 'protected-property'
  | 'range-not-satisfiable'
  /** A collection does not take what was to come into it; `details.members` say which rule of which collection. */
  | 'rule-violated'
  /** A place in the changes that is not known (any more): whoever follows them begins anew. */
  | 'position-unknown'
  /** Stored bytes are not what was stored. */
  | 'corrupt'
  /** Not allowed in the present state: a command while the server runs, removing a disk that holds files, … */
  | 'refused';

export interface ErrorDetails {
  /** When trying again makes sense. */
  retryAfterSeconds?: number;
  /** The node that stands in the way (a lock's root, a collection's member). */
  nodeId?: number;
  /** The node that has to be looked at before it may come where rules hold. */
  unvettedId?: number;
  /** What programs may want to know besides: members of the API's problem (RFC 9457 §3.2). Nothing secret. */
  members?: Readonly<Record<string, unknown>>;
}

/** A failure that callers are expected to understand. `message` is for people and never holds a secret. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & ErrorDetails = {}) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** True for a `DomainError` with one of `codes` (any, if none is given). */
export function isDomainError(error: unknown, ...codes: ErrorCode[]): error is DomainError {
  return error instanceof DomainError && (codes.length === 0 || codes.includes(error.code));
}
