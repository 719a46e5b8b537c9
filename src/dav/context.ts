import type { IncomingMessage } from 'node:http';
import type { Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';

export interface DavSettings {
  /** Where the tree begins: `/dav`. */
  readonly prefix: string;
  /** Whether PROPFIND may walk a whole tree at once. */
  readonly allowInfiniteDepth: boolean;
  /** The greatest listing that Windows takes. */
  readonly windowsListingBytes: number;
  /** Where people reach the server, when that is not what `Host` says. */
  readonly publicUrl: string | undefined;
  /** Shown by clients when they ask for a password. */
  readonly realm: string;
}

/** As much of the log as is needed here. */
export interface DavLog {
  error(fields: object, message: string): void;
}

/** What the WebDAV edge is built from, by `app/`. */
export interface DavContext {
  readonly core: Core;
  /** Who asks. Throws `not-authenticated`, `too-many-attempts`, `busy`. */
  authenticate(request: IncomingMessage): Promise<Actor>;
  /** Whether an answer to `actor` that has begun may go on: asked every second. */
  mayGoOn(request: IncomingMessage, actor: Actor): Promise<boolean>;
  /** Under which the log knows a request. */
  requestId(request: IncomingMessage): string;
  /** The host that the client asked a trusted proxy for; undefined where none told it. */
  forwardedHost(request: IncomingMessage): string | undefined;
  /** Of the client, with trusted proxies seen through. */
  clientAddress(request: IncomingMessage): string;
  readonly settings: DavSettings;
  readonly log: DavLog;
}
