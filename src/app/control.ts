import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DomainError, isDomainError, type ErrorCode } from '../lib/errors.ts';
import type { Asker, Progress } from './requests.ts';

/** `sun_path` holds 108 bytes on Linux, 104 on macOS, with the zero at its end. */
const MAX_SOCKET_PATH_BYTES = 103;
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const FALLBACK_PREFIX = 'nosocial-control-';

/** One request to a running server: a line of JSON, answered by lines of progress and a last one with the result. */
export interface ControlRequest {
  readonly request: string;
  readonly args: unknown;
}

/** A line that comes while a request is under way. */
interface ControlProgress {
  readonly progress: Progress;
}

type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: ErrorCode | undefined; readonly message: string };

/** Does a request. What it throws reaches the asker: a `DomainError` as itself, anything else as a plain failure. */
export type ControlHandler = (request: ControlRequest, asker: Asker) => Promise<unknown>;

/** Nobody listens at the socket: the server is gone, or starts, or stops. */
export class NobodyListens extends Error {
  override readonly name = 'NobodyListens';
}

/** The running server's ear, for the user it runs as and nobody else. */
export class ControlServer {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #busy = new Map<Socket, { work: Promise<void>; abort: AbortController }>();

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
  }

  /**
   * Listens in `dataFolder`, which only its owner may enter. The caller holds the folder's lock, so a socket that is
   * there already was left by a process that was killed.
   */
  static async listen(dataFolder: string, handle: ControlHandler): Promise<ControlServer> {
    const path = controlPath(dataFolder);
    const server = createServer();
    const control = new ControlServer(path, server);
    server.on('connection', (socket) => control.#accept(socket, handle));
    if (process.platform !== 'win32') rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    });
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    return control;
  }

  /** Takes no more requests and tells those under way to end; who connected without asking is cut off. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) if (!this.#busy.has(socket)) socket.destroy();
    for (const { abort } of this.#busy.values()) abort.abort(new DomainError('unavailable', 'the server is stopping'));
    await Promise.allSettled([...this.#busy.values()].map(({ work }) => work));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    removeControlPath(this.path);
  }

  #accept(socket: Socket, handle: ControlHandler): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => socket.destroy());
    this.#serve(socket, handle).catch(() => socket.destroy());
  }

  async #serve(socket: Socket, handle: ControlHandler): Promise<void> {
    const line = await readLine(socket);
    if (line === undefined) return;
    const abort = new AbortController();
    socket.once('close', () => abort.abort());
    const asker: Asker = { signal: abort.signal, onProgress: (progress) => socket.write(lineOf({ progress })) };
    const work = respond(socket, outcome(line, handle, asker)).finally(() => this.#busy.delete(socket));
    this.#busy.set(socket, { work, abort });
    await work;
  }
}

function lineOf(message: ControlRequest | ControlProgress | ControlAnswer): string {
  return `${JSON.stringify(message)}\n`;
}

async function respond(socket: Socket, answer: Promise<ControlAnswer>): Promise<void> {
  const text = lineOf(await answer);
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    socket.end(text, resolve);
  });
}

async function outcome(line: string, handle: ControlHandler, asker: Asker): Promise<ControlAnswer> {
  try {
    return { ok: true, result: await handle(parseRequest(line), asker) };
  } catch (error) {
    if (isDomainError(error)) return { ok: false, code: error.code, message: error.message };
    return { ok: false, code: undefined, message: error instanceof Error ? error.message : String(error) };
  }
}

function parseRequest(line: string): ControlRequest {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null || !('request' in value) || typeof value.request !== 'string') {
    throw new DomainError('bad-request', 'this is not a control request');
  }
  return { request: value.request, args: 'args' in value ? value.args : undefined };
}

/** Asks the server at `path`. Throws what it threw, the asker's reason to give up, or `NobodyListens`. */
export async function askControl(path: string, request: ControlRequest, asker: Asker): Promise<unknown> {
  const socket = connect(path);
  const giveUp = (): void => {
    socket.destroy();
  };
  asker.signal.addEventListener('abort', giveUp);
  try {
    asker.signal.throwIfAborted();
    await connected(socket);
    socket.write(lineOf(request));
    const answered = await lastAnswer(socket, asker);
    if (answered.ok) return answered.result;
    if (answered.code === undefined) throw new Error(answered.message);
    throw new DomainError(answered.code, answered.message);
  } finally {
    asker.signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}

async function lastAnswer(socket: Socket, asker: Asker): Promise<ControlAnswer> {
  try {
    for await (const line of linesOf(socket)) {
      const message = JSON.parse(line) as ControlProgress | ControlAnswer;
      if (!('progress' in message)) return message;
      asker.onProgress(message.progress);
    }
  } catch (error) {
    asker.signal.throwIfAborted();
    throw error;
  }
  throw new DomainError('unavailable', 'the server ended before it answered');
}

async function* linesOf(socket: Socket): AsyncGenerator<string, void> {
  let pending = '';
  for await (const text of socket.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    yield* lines;
  }
}

async function connected(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(new NobodyListens(error.message, { cause: error })));
    socket.once('close', () => reject(new NobodyListens('the connection was closed')));
  });
}

/** Undefined when the other side ends before its line does. What comes later is read, to hear of the end, and dropped. */
async function readLine(socket: Socket): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    socket.once('error', reject).once('close', () => resolve(undefined));
    const gather = (chunk: Buffer): void => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      const isWhole = chunk.includes('\n');
      if (!isWhole && sizeBytes <= MAX_LINE_BYTES) return;
      socket.off('data', gather).resume();
      if (isWhole) resolve(Buffer.concat(chunks).toString('utf8').trimEnd());
      else reject(new DomainError('too-large', 'the control message is too long'));
    };
    socket.on('data', gather);
  });
}

/** Where a new server listens. Others learn it from the lock's holder file, so it need not be guessable. */
function controlPath(dataFolder: string): string {
  if (process.platform === 'win32') {
    const key = createHash('sha256').update(dataFolder.toLowerCase()).digest('hex').slice(0, 32);
    return `\\\\.\\pipe\\nosocial-${key}`;
  }
  const path = join(dataFolder, 'control.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  // A data folder with a longer path gets a socket in a folder of its own, which mkdtemp makes for its owner only.
  const base = [tmpdir(), '/tmp'].find((folder) => Buffer.byteLength(folder) < MAX_SOCKET_PATH_BYTES - 40) ?? '/tmp';
  return join(mkdtempSync(join(base, FALLBACK_PREFIX)), 'control.sock');
}

/** Removes a control socket and what was made for it; also one that a killed process left behind. */
export function removeControlPath(path: string): void {
  if (process.platform === 'win32') return;
  rmSync(path, { force: true });
  const folder = dirname(path);
  if (basename(folder).startsWith(FALLBACK_PREFIX)) rmSync(folder, { recursive: true, force: true });
}
