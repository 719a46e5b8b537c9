import { ERRORS, Server, type Upload } from '@tus/server';
import type { ResumableUpload } from '../../../core/ports/resumable-uploads.ts';
import { endResumable } from '../../../core/resumable-upkeep.ts';
import { ownResumable } from '../../../core/resumable-uploads.ts';
import type { Answer } from '../../../http/answer.ts';
import { DomainError, isDomainError } from '../../../lib/errors.ts';
import { randomId } from '../../../lib/ids.ts';
import { problemAnswer } from '../../contract/problem.ts';
import type { ApiRequest } from '../../contract/route.ts';
import type { ApiServices } from '../../contract/services.ts';
import { CHECKSUM_ALGORITHMS } from './piece.ts';
import { EXTENSIONS, RequestStore } from './request-store.ts';

export const UPLOADS_PATH = '/api/v1/uploads';
export const PIECE_TYPE = 'application/offset+octet-stream';
/** Says which file an upload became, by its id. */
export const FILE_ID_HEADER = 'Nosocial-File-Id';
/** tus 1.0, "Checksum": in no other protocol. */
export const CHECKSUM_MISMATCH_STATUS = 460;

const TUS_VERSION = '1.0.0';

/** What the server for tus is given of a request's headers. Nothing in it makes another method or address of it. */
const PASSED_ON = [
  'tus-resumable',
  'upload-length',
  'upload-offset',
  'upload-defer-length',
  'upload-metadata',
  'upload-concat',
  'content-type',
  'content-length',
];

/** What a client learns of its answer. Whoever may read it from another site is decided by the API's frame alone. */
const TOLD = ['Tus-Resumable', 'Upload-Offset', 'Upload-Length', 'Upload-Defer-Length', 'Location', 'Cache-Control'];

type TusRequest = ApiRequest<{ id: string } | undefined, unknown, unknown, 'user'>;

interface Exchange {
  readonly request: TusRequest;
  readonly services: ApiServices;
  readonly store: RequestStore;
  /** Of the upload that is made, or was asked for. */
  readonly uploadId: string;
  /** What went wrong in the pool: `@tus/server` hands on less of it. */
  failure?: Error;
  /** All bytes had come, and the file was tried to be made. */
  isFinishing?: boolean;
  fileId?: number;
  etag?: string;
}

/** One request of the tus protocol, to the end. What fails is a problem, with the headers of tus. */
export async function answerTus(request: TusRequest, services: ApiServices): Promise<Answer> {
  const exchange = { uploadId: request.params?.id ?? randomId() };
  let known: Exchange | undefined;
  try {
    assertTus(request);
    if (request.params !== undefined) await ownResumable(services.core, request.caller.actor, exchange.uploadId);
    known = begin(request, services, exchange.uploadId);
    const response = await serverFor(known).handleWeb(webRequest(known));
    if (known.failure !== undefined) throw known.failure;
    if (response.status >= 400) throw refusal(response.status, await response.text());
    return { status: response.status, headers: await headersOf(known, response.headers) };
  } catch (error) {
    return problemOf(request, error, await keepOrEnd(known));
  }
}

/** What the server can do (tus 1.0, "OPTIONS"). */
export function describeTus(): Answer {
  const headers = {
    'Tus-Resumable': TUS_VERSION,
    'Tus-Version': TUS_VERSION,
    'Tus-Extension': EXTENSIONS.join(','),
    'Tus-Checksum-Algorithm': CHECKSUM_ALGORITHMS.join(','),
  };
  return { status: 204, headers };
}

/** `Upload-Expires` and the like, of an upload that is not finished. */
export function expiresAtMs({ touchedAtMs }: ResumableUpload, { core }: ApiServices): number {
  return touchedAtMs + core.settings.uploadsKeptMs;
}

function assertTus({ method, headers }: TusRequest): void {
  if (headers['tus-resumable'] !== TUS_VERSION) {
    throw new DomainError('precondition-failed', `this speaks tus ${TUS_VERSION}: send Tus-Resumable: ${TUS_VERSION}`);
  }
  if (method !== 'PATCH') return;
  if (headers['content-type'] !== PIECE_TYPE) {
    throw new DomainError('body-not-supported', `a piece has the Content-Type ${PIECE_TYPE}`);
  }
  if (headers['upload-offset'] === undefined) throw new DomainError('bad-request', 'Upload-Offset is missing');
}

function begin(request: TusRequest, services: ApiServices, uploadId: string): Exchange {
  const { core } = services;
  const { headers } = request;
  const interrupted = new AbortController();
  const giveWay = (): void =>
    interrupted.abort(new DomainError('locked', 'another request goes on with this upload: ask for its offset'));
  const store = new RequestStore({
    core,
    actor: request.caller.actor,
    body: request.content,
    metadata: String(headers['upload-metadata'] ?? ''),
    checksum: headers['upload-checksum'],
    signal: AbortSignal.any([request.signal, interrupted.signal]),
    locks: services.uploadLocks,
    giveWay,
  });
  return { request, services, store, uploadId };
}

/** A server for one request: which pool it works on depends on who asks. */
function serverFor(exchange: Exchange): Server {
  const { store, uploadId } = exchange;
  return new Server({
    path: UPLOADS_PATH,
    datastore: store,
    locker: store.locker,
    relativeLocation: true,
    respectForwardedHeaders: false,
    allowedOrigins: () => false,
    namingFunction: () => uploadId,
    getFileIdFromRequest: () => uploadId,
    onUploadFinish: async (_request, upload: Upload) => {
      exchange.isFinishing = true;
      const finished = await store.finish(upload.id);
      if (finished !== undefined) Object.assign(exchange, { fileId: finished.nodeId, etag: finished.etag });
      return {};
    },
    onResponseError: (_request, error) => {
      exchange.failure = error instanceof Error ? error : refusal(error.status_code, error.body);
      return undefined;
    },
  });
}

/** The body stays where it is (`RequestStore.write`). */
function webRequest({ request: { method, headers }, uploadId }: Exchange): Request {
  const passed = PASSED_ON.filter((name) => headers[name] !== undefined);
  return new Request(`http://nosocial.invalid${UPLOADS_PATH}/${uploadId}`, {
    method,
    headers: passed.map((name): [string, string] => [name, String(headers[name])]),
  });
}

async function headersOf({ request, services, uploadId, fileId, etag }: Exchange, headers: Headers) {
  const told = TOLD.filter((name) => headers.has(name)).map((name): [string, string] => [
    name,
    headers.get(name) ?? '',
  ]);
  const upload = await services.core.store.resumableUploads.get(uploadId);
  const finished = upload?.finished ?? (fileId === undefined ? undefined : { nodeId: fileId, etag: etag ?? '' });
  return {
    ...Object.fromEntries(told),
    ...(upload?.metadata && request.method === 'HEAD' && { 'Upload-Metadata': upload.metadata }),
    ...(upload && !finished && { 'Upload-Expires': new Date(expiresAtMs(upload, services)).toUTCString() }),
    ...(finished && { [FILE_ID_HEADER]: String(finished.nodeId), ETag: `"${finished.etag}"` }),
  };
}

/**
 * What becomes of an upload whose making failed: its client never heard where it is, so it ends; unless only the file could
 * not be made of it, which can be tried again.
 */
async function keepOrEnd(exchange: Exchange | undefined): Promise<string | undefined> {
  if (exchange?.request.method !== 'POST') return undefined;
  const { services, request, uploadId } = exchange;
  try {
    const upload = await ownResumable(services.core, request.caller.actor, uploadId);
    if (exchange.isFinishing) return `${UPLOADS_PATH}/${uploadId}`;
    await endResumable(services.core, upload);
  } catch {
    // There is none, or it ends when its time is over.
  }
  return undefined;
}

/** What `@tus/server` refuses by itself. */
function refusal(status: number, body: string): DomainError {
  if (body === ERRORS.INVALID_LENGTH.body) {
    return new DomainError('bad-request', 'say the length once: by Upload-Length, or first by Upload-Defer-Length: 1');
  }
  const message = body.trim();
  if (status === 404 || status === 410) return new DomainError('not-found', 'there is no such upload (any more)');
  if (status === 409) return new DomainError('refused', 'the upload is at another offset: ask for it (HEAD)');
  if (status === 413) return new DomainError('too-large', 'more bytes came than were announced');
  return new DomainError('bad-request', message === '' ? 'the request is no proper one of tus' : message);
}

function problemOf({ requestId }: TusRequest, error: unknown, location: string | undefined): Answer {
  // What is no `DomainError` is for the frame, which tells the log.
  if (!isDomainError(error)) throw error;
  const isMismatch = error.code === 'checksum-mismatch';
  const answer = problemAnswer(error, { requestId, ...(isMismatch && { status: CHECKSUM_MISMATCH_STATUS }) });
  const headers = {
    ...answer.headers,
    'Tus-Resumable': TUS_VERSION,
    ...(error.code === 'precondition-failed' && { 'Tus-Version': TUS_VERSION }),
    ...(location !== undefined && { Location: location }),
  };
  return { ...answer, headers };
}
