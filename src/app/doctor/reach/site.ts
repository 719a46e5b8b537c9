import type { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import {
  createSecureContext,
  getCACertificates,
  TLSSocket,
  type ConnectionOptions,
  type SecureContext,
} from 'node:tls';

const ANSWER_TIMEOUT_MS = 10_000;
const DRIP_MS = 100;

/** What a site answers, without its body. */
export interface SiteAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** What it shows by TLS. */
  readonly shown: ShownCertificate | undefined;
}

export interface ShownCertificate {
  readonly certificate: X509Certificate;
  /** OpenSSL's word for what is wrong with the chain: `DEPTH_ZERO_SELF_SIGNED_CERT`, …; undefined when it is trusted. */
  readonly chainProblem: string | undefined;
}

export interface SiteRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: http.OutgoingHttpHeaders;
  /** What is sent of the announced body at once. */
  readonly body?: Buffer;
  /** And again ten times a second: Caddy 2.6 holds an answer back until it hears more (Go locks a body that is read). */
  readonly drip?: Buffer;
  readonly timeoutMs?: number;
}

/** The public place of the server, asked at one certain address. */
export class Site {
  readonly url: URL;
  readonly address: string;
  readonly #authorities: readonly string[];
  /** Made once: reading a few hundred authorities takes a tenth of a second. */
  #trust: SecureContext | undefined;

  /** `authorities`: in PEM, trusted beside those that everybody knows and those that this system knows. */
  constructor(url: URL, address: string, authorities: readonly string[]) {
    this.url = url;
    this.address = address;
    this.#authorities = authorities;
  }

  /** What the site answers first; a body that is not taken to its end does not matter. Throws when nothing comes. */
  async ask({
    method,
    path,
    headers = {},
    body,
    drip,
    timeoutMs = ANSWER_TIMEOUT_MS,
  }: SiteRequest): Promise<SiteAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<SiteAnswer>();
    const request = this.#open({ method, path, headers: { Host: this.url.host, 'Content-Length': 0, ...headers } });
    const timer = setTimeout(() => request.destroy(new SiteTimeout(timeoutMs)), timeoutMs);
    request.on('response', (response) => {
      const { statusCode = 0, headers: answered } = response;
      resolve({ status: statusCode, headers: answered, shown: shownBy(response.socket) });
    });
    request.on('error', reject);
    const dripping = drip && setInterval(() => request.write(drip), DRIP_MS);
    if (body) request.write(body);
    else request.end();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      clearInterval(dripping);
      request.destroy();
    }
  }

  #open(options: { method: string; path: string; headers: http.OutgoingHttpHeaders }): http.ClientRequest {
    const common = { ...options, host: this.address, port: portOf(this.url), agent: false, setDefaultHeaders: false };
    if (this.url.protocol === 'http:') return http.request(common);
    const name = hostOf(this.url);
    this.#trust ??= createSecureContext({
      ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...this.#authorities])],
    });
    const secure: https.RequestOptions & Pick<ConnectionOptions, 'secureContext'> = {
      ...common,
      ...(net.isIP(name) === 0 && { servername: name }),
      secureContext: this.#trust,
      // What is wrong is to be told, not to be refused: name and chain are judged apart.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    };
    return https.request(secure);
  }
}

/** Nothing came in time. */
export class SiteTimeout extends Error {
  override readonly name = 'SiteTimeout';

  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs / 1000} s`);
  }
}

export function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** Without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function shownBy(socket: net.Socket): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate = socket.getPeerX509Certificate();
  // Node's own types say Error; it is the code.
  const problem = socket.authorizationError as unknown;
  return certificate && { certificate, chainProblem: problem ? codeOf(problem) : undefined };
}

function codeOf(problem: unknown): string {
  if (problem instanceof Error) return (problem as NodeJS.ErrnoException).code ?? problem.message;
  return String(problem);
}
