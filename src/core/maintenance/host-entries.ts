import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError, type ErrorCode } from '../../lib/errors.ts';

/** One name in a folder of this machine. */
export interface HostEntry {
  /** Undefined when it is not UTF-8; `shown` is as near to it as text comes. */
  readonly name: string | undefined;
  readonly shown: string;
  readonly kind: 'file' | 'folder' | 'other';
  /** What an `other` is. */
  readonly what: string;
}

/** The entries of a folder, as the system gives them. Links are not followed. Rejects with the system's error. */
export async function* hostEntries(folder: string): AsyncGenerator<HostEntry, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // The types know no folder that is read in bytes.
  const options = { encoding: 'buffer', bufferSize: 256 } as unknown as { bufferSize: number };
  for await (const entry of (await opendir(folder, options)) as AsyncIterable<unknown>) {
    const dirent = entry as Dirent<Buffer>;
    yield { name: decoded(decoder, dirent.name), shown: dirent.name.toString('utf8'), ...kindOf(dirent) };
  }
}

function decoded(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function kindOf(entry: Dirent<Buffer>): Pick<HostEntry, 'kind' | 'what'> {
  if (entry.isFile()) return { kind: 'file', what: 'a file' };
  if (entry.isDirectory()) return { kind: 'folder', what: 'a folder' };
  if (entry.isSymbolicLink()) return { kind: 'other', what: 'a symbolic link' };
  if (entry.isFIFO()) return { kind: 'other', what: 'a named pipe' };
  if (entry.isSocket()) return { kind: 'other', what: 'a socket' };
  return { kind: 'other', what: 'a device' };
}

/** The path of `folder`, with a slash only where it is the root itself. */
export function within(folder: string, name: string): string {
  return folder === '' ? name : join(folder, name);
}

/** A file's time in the store's milliseconds; the nearest, since `utimes` takes a number that can be a little less. */
export function modifiedAtMsOf({ mtimeNs }: { mtimeNs: bigint }): number {
  return Math.round(Number(mtimeNs) / 1_000_000);
}

/** What the failure of a system call means to whoever reads a report; undefined for any other error. */
export function systemReason(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const code = String(error.code);
  return REASONS[code] ?? code;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not do that',
  ENOENT: 'it is not there',
  ELOOP: 'it is a symbolic link',
  EIO: 'the disk cannot read or write it',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long here',
};

/** Files that were left out, with the reason; a report names only the first of very many. */
export interface Problem {
  readonly path: string;
  readonly reason: string;
}

const MAX_PROBLEMS = 1000;

export class Problems {
  readonly listed: Problem[] = [];
  count = 0;

  add(path: string, reason: string): void {
    this.count += 1;
    if (this.listed.length < MAX_PROBLEMS) this.listed.push({ path, reason });
  }
}

/** The reason of an error that concerns one file alone. Any other one, which all would meet, is thrown on. */
export function reasonOf(error: unknown): string {
  const reason = systemReason(error);
  if (reason !== undefined) return reason;
  if (error instanceof DomainError && !FATAL.has(error.code)) return error.message;
  throw error;
}

const FATAL: ReadonlySet<ErrorCode> = new Set(['no-space', 'quota-exceeded', 'unavailable']);
