import type { IncomingMessage } from 'node:http';
import { randomSecret } from '../lib/ids.ts';
import { contextOf } from './request-context.ts';

/** How long a request may be on its way. */
const EXPECTED_MS = 120_000;
const MAX_EXPECTED = 100;
const MAX_TEXT = 300;

/** What proxies add to tell who asks, and how. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'] as const;

/** A request as it came in, for whoever looks into what stands before the server. */
export interface Arrival {
  /** The other end of the connection. */
  readonly peer: string;
  /** Who asks, as far as proxies are believed. */
  readonly client: string;
  /** The host that the client asked for, as far as proxies are believed; else the one of the request. */
  readonly host: string;
  /** Whether the connection to this server itself is encrypted. */
  readonly isEncrypted: boolean;
  /** Whether the client's is, as far as proxies are believed. */
  readonly isSecure: boolean;
  /** Names of the headers that tell of a client, in lower case. */
  readonly forwarding: readonly string[];
  readonly hasAuthorization: boolean;
}

/**
 * Requests to `/healthz?probe=TOKEN` with a token that was asked for here before. Whoever knows the token learns that a
 * request reached this very server; anybody else meets the same answer with it as without.
 */
export class Arrivals {
  readonly #expected = new Map<string, { untilMs: number; arrival: Arrival | undefined }>();

  /** A new token. */
  expect(): string {
    const nowMs = performance.now();
    for (const [token, { untilMs }] of this.#expected) if (untilMs < nowMs) this.#expected.delete(token);
    const [oldest] = this.#expected.keys();
    if (oldest !== undefined && this.#expected.size >= MAX_EXPECTED) this.#expected.delete(oldest);
    const token = randomSecret();
    this.#expected.set(token, { untilMs: nowMs + EXPECTED_MS, arrival: undefined });
    return token;
  }

  /** Takes a look at a request that may be an expected one. */
  note(request: IncomingMessage): void {
    if (this.#expected.size === 0) return;
    const token = /\?probe=([\w-]+)$/.exec(request.url ?? '')?.[1] ?? '';
    const entry = this.#expected.get(token);
    if (entry) entry.arrival = arrivalOf(request);
  }

  /** The request with that token; undefined while none came. */
  find(token: string): Arrival | undefined {
    return this.#expected.get(token)?.arrival;
  }
}

function arrivalOf(request: IncomingMessage): Arrival {
  const { remoteAddress, isSecure, forwardedHost } = contextOf(request);
  const { headers, socket } = request;
  return {
    peer: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, ''),
    client: remoteAddress,
    host: (forwardedHost ?? headers.host ?? '').slice(0, MAX_TEXT),
    isEncrypted: 'encrypted' in socket,
    isSecure,
    forwarding: FORWARDING.filter((name) => headers[name] !== undefined),
    hasAuthorization: headers.authorization !== undefined,
  };
}
