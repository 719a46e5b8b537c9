import { open, type FileHandle } from 'node:fs/promises';
import { identityOf, listAuditFiles, NEWLINE } from './audit-files.ts';

/** An entry as it stands in the file. */
export interface AuditEntry {
  readonly time: string;
  readonly action: string;
  readonly user?: string;
  readonly address?: string;
  readonly target?: string;
  readonly value?: string | number;
}

/** Before an entry: which file, and where in it that begins. */
export interface AuditPlace {
  readonly file: number;
  readonly offset: number;
}

export interface AuditQuery {
  readonly before?: AuditPlace | undefined;
  readonly limit: number;
  readonly isWanted: (entry: AuditEntry) => boolean;
  /** Nothing older is looked for. */
  readonly sinceMs?: number | undefined;
}

export interface AuditPage {
  /** The latest first. */
  readonly entries: readonly AuditEntry[];
  /** Where it goes on; undefined at the beginning of the log. There may be fewer entries than wanted all the same. */
  readonly next: AuditPlace | undefined;
}

const PIECE_BYTES = 64 * 1024;
/** So much of the log is looked at for one page. */
const MAX_READ_BYTES = 4 * 1024 * 1024;
/** No entry is longer; what is, is none. */
const MAX_LINE_BYTES = 64 * 1024;

/** Reads the log backwards, piece by piece. Throws a `RangeError` for a place in a file that is not there any more. */
export async function readAudit(fileName: string, query: AuditQuery): Promise<AuditPage> {
  const files = await listAuditFiles(fileName);
  const reading = new Reading(query);
  let isBegun = query.before === undefined;
  for (const name of files) {
    const identity = await identityOf(name);
    if (identity === undefined) continue;
    const from = identity === query.before?.file ? query.before.offset : undefined;
    isBegun ||= from !== undefined;
    if (!isBegun) continue;
    const next = await reading.readFile(name, { identity, from });
    if (next) return { entries: reading.entries, next };
    if (reading.isPast) break;
  }
  if (!isBegun) throw new RangeError('this part of the audit log is not kept any more');
  return { entries: reading.entries, next: undefined };
}

class Reading {
  readonly entries: AuditEntry[] = [];
  isPast = false;
  readonly #query: AuditQuery;
  #bytes = 0;

  constructor(query: AuditQuery) {
    this.#query = query;
  }

  /** From `from`, or the end, to the beginning; gives where it stopped before that. */
  async readFile(
    name: string,
    { identity, from }: { identity: number; from: number | undefined },
  ): Promise<AuditPlace | undefined> {
    await using file = await open(name, 'r');
    let end = Math.min(from ?? Number.MAX_SAFE_INTEGER, (await file.stat()).size);
    while (end > 0) {
      const { lines, start } = await linesBefore(file, end);
      this.#bytes += end - start;
      for (const line of lines.toReversed()) {
        if (this.entries.length >= this.#query.limit)
          return { file: identity, offset: line.start + line.text.length + 1 };
        this.#take(line.text);
        if (this.isPast) return undefined;
      }
      end = start;
      if (end > 0 && this.#bytes >= MAX_READ_BYTES) return { file: identity, offset: end };
    }
    return undefined;
  }

  #take(line: Buffer): void {
    const entry = entryIn(line);
    if (!entry) return;
    const { sinceMs, isWanted } = this.#query;
    this.isPast = sinceMs !== undefined && Date.parse(entry.time) < sinceMs;
    if (!this.isPast && isWanted(entry)) this.entries.push(entry);
  }
}

interface Line {
  readonly start: number;
  readonly text: Buffer;
}

/** The whole lines that end before `end`, as far as one piece goes, and where the first of them begins. */
async function linesBefore(file: FileHandle, end: number): Promise<{ lines: Line[]; start: number }> {
  const from = Math.max(0, end - PIECE_BYTES - MAX_LINE_BYTES);
  const piece = await readFully(file, from, end);
  // Before the first end of a line there is the rest of one that begins earlier.
  const rest = from === 0 ? 0 : piece.indexOf(NEWLINE) + 1;
  // What has no line in it, as a power cut can leave it, is passed over.
  const first = rest === piece.length ? 0 : rest;
  const lines: Line[] = [];
  for (let at = first; at < piece.length;) {
    const newline = piece.indexOf(NEWLINE, at);
    const lineEnd = newline < 0 ? piece.length : newline;
    lines.push({ start: from + at, text: piece.subarray(at, lineEnd) });
    at = lineEnd + 1;
  }
  return { lines, start: first === 0 ? from : from + first };
}

async function readFully(file: FileHandle, from: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - from);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, from + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** Undefined for what a crash left of a line. */
function entryIn(line: Buffer): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line.toString()) as AuditEntry | null;
    return typeof entry?.time === 'string' && typeof entry.action === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}
