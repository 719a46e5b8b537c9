import assert from 'node:assert/strict';
import { ROUTES } from '../../src/api/all-routes.ts';
import { codesOf } from '../../src/api/contract/openapi.ts';
import { problemSchema } from '../../src/api/contract/problem.ts';
import type { Route } from '../../src/api/contract/route.ts';
import { STATUS_OF } from '../../src/http/statuses.ts';
import type { ErrorCode } from '../../src/lib/errors.ts';

type QueryValue = string | number | boolean | undefined;

export interface ApiCall {
  /** For the placeholders of the path. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of a JSON body. */
  readonly content?: string | Uint8Array<ArrayBuffer> | FormData | ReadableStream;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** What JSON said, or the text; bytes when they are neither. */
  readonly body: any;
  readonly bytes: Buffer;
}

/**
 * Calls routes by their ids, and holds each answer to what the document says of it: its status is one of the documented,
 * its body has the documented shape, a failure is a problem with one of the documented codes.
 */
export class ApiClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** `credentials` are headers to send with each call; a text is a Bearer token. */
  constructor(url: string, credentials: string | Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = typeof credentials === 'string' ? { Authorization: `Bearer ${credentials}` } : credentials;
  }

  /** Signs in by `POST /api/login`. */
  static async login(url: string, user: { name: string; password: string }): Promise<ApiClient> {
    const { body } = await new ApiClient(url).ok('login', { body: { username: user.name, password: user.password } });
    return new ApiClient(url, body.token as string);
  }

  /** The answer of a call, whatever it is. */
  async call(id: string, call: ApiCall = {}): Promise<ApiAnswer> {
    const route = ROUTES.find((known) => known.id === id);
    if (!route) throw new Error(`the API has no operation ${id}`);
    const answer = await this.#send(route, call);
    assertDocumented(route, answer);
    return answer;
  }

  /** As `call`, for one that is to succeed. */
  async ok(id: string, call: ApiCall = {}): Promise<ApiAnswer> {
    const answer = await this.call(id, call);
    assert.ok(answer.status < 400, `${id} answered ${answer.status}: ${answer.bytes.toString()}`);
    return answer;
  }

  /** As `call`, for one that is to fail with `code`. Gives the problem. */
  async refused(id: string, code: ErrorCode, call: ApiCall = {}) {
    const answer = await this.call(id, call);
    assert.equal(answer.body?.code, code, `${id} answered ${answer.status}: ${answer.bytes.toString()}`);
    assert.equal(answer.status, STATUS_OF[code]);
    return answer.body;
  }

  /** Every item of a list, page after page. */
  async all(id: string, call: ApiCall = {}): Promise<any[]> {
    const items: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await this.ok(id, { ...call, query: { ...call.query, cursor } });
      items.push(...body.items);
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    return items;
  }

  async #send(route: Route, { params = {}, query = {}, body, content, headers, signal }: ApiCall): Promise<ApiAnswer> {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(query)) {
      for (const one of [value].flat()) if (one !== undefined) url.searchParams.append(name, String(one));
    }
    const response = await fetch(url, {
      method: route.method.toUpperCase(),
      headers: {
        ...this.#headers,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(content !== undefined && { body: content, duplex: 'half' }),
      ...(signal && { signal }),
      redirect: 'manual',
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, body: parsed(response.headers, bytes), bytes };
  }
}

function parsed(headers: Headers, bytes: Buffer): unknown {
  const type = headers.get('content-type') ?? '';
  if (/^application\/(problem\+)?json\b/.test(type)) return JSON.parse(bytes.toString());
  return type.startsWith('text/') ? bytes.toString() : bytes;
}

function assertDocumented(route: Route, { status, headers, body, bytes }: ApiAnswer): void {
  const what = `${route.id} answered ${status}: ${bytes.toString('utf8', 0, 2000)}`;
  if (headers.get('content-type')?.startsWith('application/problem+json')) {
    const problem = problemSchema.parse(body);
    assert.equal(problem.status, status, what);
    assert.ok(codesOf(route).includes(problem.code as ErrorCode), `not documented: ${what}`);
    return;
  }
  const shape = route.answers[status];
  assert.ok(shape, `not documented: ${what}`);
  if (!shape.schema) return;
  const result = shape.schema.safeParse(body);
  assert.ok(result.success, `${what}\nis not as documented: ${result.error?.message}`);
}
