import { answerOf, api } from './client.ts';
import { isProblem, Problem } from './problem.ts';
import type { Schemas } from './schemas.ts';
import { send } from './sending.ts';

type UnfinishedUpload = Schemas['Upload'];
type EffectiveRules = Schemas['EffectiveRules'];
type OnConflict = 'fail' | 'replace' | 'keep-both';

const UPLOADS = '/api/v1/uploads';
const TUS = { 'Tus-Resumable': '1.0.0' };

/** A file as it is to be. */
export interface NewFile {
  readonly path: string;
  readonly file: File;
  readonly onConflict: OnConflict;
}

export interface Watching {
  readonly signal: AbortSignal;
  readonly onprogress?: (sentBytes: number) => void;
}

/** In one request: fast, and from the beginning again after a break. */
export async function putFile({ path, file, onConflict }: NewFile, watching: Watching): Promise<void> {
  const query = new URLSearchParams({ path, onConflict, modifiedAt: new Date(file.lastModified).toISOString() });
  await send({ method: 'PUT', address: `/api/v1/files/content?${query.toString()}`, body: file, ...watching });
}

/**
 * Begins an upload in pieces (tus 1.0, "Creation"); answers its address. Room for all of it is promised then, so nothing cuts
 * it off. By `key` it is found again when the answer is lost.
 */
export async function beginUpload({ path, file, onConflict }: NewFile, key: string): Promise<string> {
  const metadata = { path, onConflict, filetype: file.type, modifiedAt: String(file.lastModified), by: BY_PAGE, key };
  const headers = { ...TUS, 'Upload-Length': String(file.size), 'Upload-Metadata': encoded(metadata) };
  const { header } = await send({ method: 'POST', address: UPLOADS, headers, signal: NEVER });
  const location = header('Location');
  if (location === undefined) throw new Problem({ code: 'unknown', status: 201, detail: 'no Location' });
  return location;
}

/** How much the server has; a request that still sends to it gives way. Undefined: it has no such upload any more. */
export async function uploadOffset(location: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const { header } = await send({ method: 'HEAD', address: location, headers: TUS, signal });
    return offsetIn(header('Upload-Offset'));
  } catch (error) {
    // The answer to HEAD has no body that says more.
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404 || error.status === 410) return undefined;
    if (error.status === 401) throw new Problem({ code: 'not-authenticated', status: 401, detail: '' });
    if (error.status === 423) throw new Problem({ code: 'busy', status: 423, detail: '' });
    throw error;
  }
}

interface Piece extends Watching {
  readonly offset: number;
  readonly bytes: Blob;
}

/** Answers how much the server has then. With the last piece the file is made. */
export async function sendPiece(location: string, { offset, bytes, ...watching }: Piece): Promise<number> {
  const headers = { ...TUS, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
  const { header } = await send({ method: 'PATCH', address: location, headers, body: bytes, ...watching });
  return offsetIn(header('Upload-Offset'));
}

/** Something on the way may have answered in the server's place. */
function offsetIn(header: string | undefined): number {
  if (header === undefined || !/^\d+$/.test(header)) {
    throw new Problem({ code: 'unknown', status: 200, detail: 'no Upload-Offset' });
  }
  return Number(header);
}

/** Makes the file of bytes that are all there, in another way than was said at the beginning. */
export async function finishUpload(location: string, onConflict: OnConflict): Promise<void> {
  const id = location.slice(location.lastIndexOf('/') + 1);
  await answerOf(api.POST('/api/v1/uploads/{id}/finish', { params: { path: { id } }, body: { onConflict } }));
}

/** Gives it up; what came of it goes. */
export async function endUpload(location: string): Promise<void> {
  try {
    await send({ method: 'DELETE', address: location, headers: TUS, signal: NEVER });
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) throw error;
  }
}

/** Those that this page began, here or in another browser, and that are not finished. */
export async function unfinishedUploads(): Promise<UnfinishedUpload[]> {
  const found: UnfinishedUpload[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 1000, ...(cursor !== undefined && { cursor }) };
    const page = await answerOf(api.GET('/api/v1/uploads', { params: { query } }));
    found.push(...page.items.filter(({ state, metadata }) => state !== 'finished' && metadata['by'] === BY_PAGE));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** The rules of a folder for what comes into it. */
export function effectiveRules(path: string): Promise<EffectiveRules> {
  return answerOf(api.GET('/api/v1/policies/effective', { params: { query: { path } } }));
}

/** A folder and those above it, as far as they are missing. */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await answerOf(api.POST('/api/v1/files/folders', { body: { path, parents: true } }));
  } catch (error) {
    if (!isProblem(error, 'already-exists')) throw error;
  }
}

const BY_PAGE = 'nosocial web page';
const NEVER = new AbortController().signal;

function encoded(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${base64(value)}`)
    .join(',');
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
