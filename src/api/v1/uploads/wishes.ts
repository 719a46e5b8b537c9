import { isUtf8 } from 'node:buffer';
import { Metadata } from '@tus/server';
import { ON_CONFLICT, type OnConflict } from '../../../core/on-conflict.ts';
import { saidType } from '../../../http/media-type.ts';
import { DomainError } from '../../../lib/errors.ts';
import { assertName, parsePlainPath, type NodePath } from '../../../lib/node-path.ts';

const MAX_METADATA_BYTES = 8192;

/** What a client says of the file that it uploads, in `Upload-Metadata`. */
export interface Wishes {
  readonly path: NodePath;
  /** Empty where the client says none. */
  readonly mediaType: string;
  readonly onConflict: OnConflict;
  readonly ifMatch: string | undefined;
  readonly modifiedAtMs: number | undefined;
  readonly createdAtMs: number | undefined;
}

export type MetadataValues = Readonly<Record<string, string | null>>;

/** Throws `bad-request`. */
export function parseMetadata(header: string): MetadataValues {
  if (header.length > MAX_METADATA_BYTES) {
    throw new DomainError('bad-request', `Upload-Metadata may have ${MAX_METADATA_BYTES} bytes at most`);
  }
  if (header === '') return {};
  try {
    const values = Metadata.parse(header);
    assertText(header);
    return values;
  } catch (error) {
    throw new DomainError('bad-request', 'Upload-Metadata is not a list of keys with values in Base64 of UTF-8', {
      cause: error,
    });
  }
}

/** What is no text would be read as another name than the one that was meant. */
function assertText(header: string): void {
  for (const pair of header.split(',')) {
    if (!isUtf8(Buffer.from(pair.split(' ')[1] ?? '', 'base64'))) throw new TypeError('not UTF-8');
  }
}

/** Throws `bad-request`, `bad-name`. */
export function wishesOf(header: string): Wishes {
  const values = parseMetadata(header);
  const path = pathOf(values);
  return {
    path,
    mediaType: saidType(values['filetype'] ?? values['type'] ?? undefined),
    onConflict: onConflictOf(values['onConflict']),
    ifMatch: values['ifMatch'] ?? undefined,
    modifiedAtMs: timeOf(values, 'modifiedAt'),
    createdAtMs: timeOf(values, 'createdAt'),
  };
}

function pathOf({ path, folder, filename, name }: MetadataValues): NodePath {
  if (path) return asFile(parsePlainPath(path));
  const own = filename ?? name;
  if (!own) throw new DomainError('bad-request', 'Upload-Metadata must say `path`, or `filename` and perhaps `folder`');
  assertName(own);
  return asFile(parsePlainPath(`${folder ?? ''}/${own}`));
}

function asFile(path: NodePath): NodePath {
  if (path.segments.length === 0) throw new DomainError('bad-request', 'the path of the file has no name in it');
  return { ...path, trailingSlash: false };
}

function onConflictOf(value: string | null | undefined): OnConflict {
  const known = ON_CONFLICT.find((each) => each === (value ?? 'fail'));
  if (known === undefined) throw new DomainError('bad-request', `onConflict is one of ${ON_CONFLICT.join(', ')}`);
  return known;
}

/** ISO 8601, or milliseconds since 1970 as `File.lastModified` has them. */
function timeOf(values: MetadataValues, key: string): number | undefined {
  const value = values[key];
  if (value === undefined || value === null) return undefined;
  const ms = /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(new Date(ms).getTime())) {
    throw new DomainError('bad-request', `${key} is no time, such as 2026-11-21T10:00:00Z`);
  }
  return ms;
}
