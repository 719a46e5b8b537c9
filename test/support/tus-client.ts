import { request as httpRequest, type ClientRequest } from 'node:http';
import { Upload } from 'tus-js-client';

export const PIECE_TYPE = 'application/offset+octet-stream';

interface TusBody {
  readonly code?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly items?: readonly unknown[];
}

export interface TusAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Of a problem, or an entry. */
  readonly body: TusBody;
}

/** A request whose body is sent by hand. */
export interface OpenPiece {
  readonly request: ClientRequest;
  readonly answer: Promise<{ status: number; body: string }>;
}

/** Speaks tus with a server, request by request. */
export class TusClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#headers = { Authorization: `Bearer ${token}`, 'Tus-Resumable': '1.0.0' };
  }

  static async login(url: string, { name, password }: { name: string; password: string }): Promise<TusClient> {
    const response = await fetch(`${url}/api/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username: name, password }),
    });
    const { token } = (await response.json()) as { token: string };
    return new TusClient(url, token);
  }

  async send(
    method: string,
    path: string,
    headers: Record<string, string | undefined> = {},
    body?: Uint8Array | string,
  ): Promise<TusAnswer> {
    const all = Object.entries({ ...this.#headers, ...headers }).filter(([, value]) => value !== undefined);
    const response = await fetch(this.#url + path, {
      method,
      headers: all as [string, string][],
      ...(body !== undefined && { body: typeof body === 'string' ? body : Uint8Array.from(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type')?.includes('json') ?? false);
    return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as TusBody) : {} };
  }

  /** Answers the place of the new upload. */
  async create(
    metadata: Readonly<Record<string, string>>,
    length: number | 'deferred',
    headers: Record<string, string> = {},
  ): Promise<string> {
    const answer = await this.tryCreate(metadata, length, headers);
    if (answer.status !== 201) throw new Error(`creation was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.headers.get('location') ?? '';
  }

  async tryCreate(
    metadata: Readonly<Record<string, string>>,
    length: number | 'deferred',
    headers: Record<string, string> = {},
    body?: Uint8Array,
  ): Promise<TusAnswer> {
    const size = length === 'deferred' ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(length) };
    const all = { ...size, 'Upload-Metadata': encoded(metadata), ...headers };
    return this.send('POST', '/api/v1/uploads', all, body);
  }

  async patch(
    place: string,
    offset: number,
    body: Uint8Array | string,
    headers: Record<string, string | undefined> = {},
  ): Promise<TusAnswer> {
    return this.send('PATCH', place, { 'Upload-Offset': String(offset), 'Content-Type': PIECE_TYPE, ...headers }, body);
  }

  /** Begins to send a piece of `sizeBytes`, or of no announced length. */
  openPatch(place: string, offset: number, sizeBytes?: number): OpenPiece {
    const request = httpRequest(this.#url + place, {
      method: 'PATCH',
      headers: {
        ...this.#headers,
        'Upload-Offset': String(offset),
        'Content-Type': PIECE_TYPE,
        ...(sizeBytes !== undefined && { 'Content-Length': sizeBytes }),
      },
    });
    const { promise: answer, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    answer.catch(() => undefined);
    return { request, answer };
  }

  async offset(place: string): Promise<number> {
    const { status, headers } = await this.send('HEAD', place);
    if (status !== 200) throw new Error(`HEAD was answered ${status}`);
    return Number(headers.get('upload-offset'));
  }

  /** As `tus-js-client` does it; resolves when that is content. `options` are its own. */
  upload(content: Buffer, options: ConstructorParameters<typeof Upload>[1]): { upload: Upload; done: Promise<void> } {
    const { promise: done, resolve, reject } = Promise.withResolvers<undefined>();
    const upload = new Upload(content as never, {
      endpoint: `${this.#url}/api/v1/uploads`,
      headers: { Authorization: this.#headers['Authorization'] ?? '' },
      chunkSize: 256 * 1024,
      retryDelays: [],
      storeFingerprintForResuming: false,
      onSuccess: () => resolve(undefined),
      onError: reject,
      ...options,
    });
    return { upload, done };
  }
}

export function encoded(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}
