import { DomainError } from './errors.ts';

export const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

/** A decoded, checked path below a user's root. No segment is empty, `.`, `..` or holds a separator. */
export interface NodePath {
  readonly segments: readonly string[];
  /** The path was written with a slash at its end. */
  readonly trailingSlash: boolean;
}

export const ROOT_PATH: NodePath = { segments: [], trailingSlash: true };

/**
 * Reads the percent-encoded path of a request target, once and for all: what comes out is never decoded again.
 * `encoded` starts with `/` and is relative to the user's root. Repeated slashes count as one.
 * Throws `bad-name`.
 */
export function parseEncodedPath(encoded: string): NodePath {
  const raw = encoded.split('/').filter((part) => part !== '');
  const segments = raw.map(decodeSegment);
  return checkedPath(segments, encoded.endsWith('/'));
}

/** A path written by a person, unencoded: `Films/2024`. A leading slash may stand or not. Throws `bad-name`. */
export function parsePlainPath(plain: string): NodePath {
  const segments = plain.split('/').filter((part) => part !== '');
  return checkedPath(segments, plain.endsWith('/'));
}

function checkedPath(segments: string[], trailingSlash: boolean): NodePath {
  let bytes = 0;
  for (const segment of segments) {
    assertName(segment);
    bytes += Buffer.byteLength(segment) + 1;
  }
  if (bytes > MAX_PATH_BYTES) throw new DomainError('bad-name', `the path is longer than ${MAX_PATH_BYTES} bytes`);
  return { segments, trailingSlash: trailingSlash || segments.length === 0 };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new DomainError('bad-name', 'the path is not valid percent-encoded UTF-8', { cause: error });
  }
}

/** Refuses what can never be a name. Throws `bad-name`. */
export function assertName(name: string): void {
  if (name === '' || name === '.' || name === '..')
    throw new DomainError('bad-name', 'a name may not be empty, "." or ".."');
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f/\\]/.test(name)) {
    throw new DomainError('bad-name', 'a name may not hold control characters, "/" or "\\"');
  }
  if (!name.isWellFormed()) throw new DomainError('bad-name', 'the name is not valid Unicode');
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw new DomainError('bad-name', `the name is longer than ${MAX_NAME_BYTES} bytes`);
}

/** The form by which names are unique: a file saved by macOS (NFD) is found again by everybody else (NFC). */
export function nameKey(name: string): string {
  return name.normalize('NFC');
}

/** The form in which reserved names and user names are compared. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Percent-encodes the segments; what RFC 3986 lets stand in a segment unencoded stays, except what confuses clients. */
export function encodePath(segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

export function joinPath(path: NodePath, name: string): NodePath {
  return { segments: [...path.segments, name], trailingSlash: false };
}

/** The path of the holding collection and the last name; undefined for the root. */
export function splitPath(path: NodePath): { parent: NodePath; name: string } | undefined {
  const name = path.segments.at(-1);
  if (name === undefined) return undefined;
  return { parent: { segments: path.segments.slice(0, -1), trailingSlash: true }, name };
}
