import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '../lib/errors.ts';
import { syncFolder } from '../lib/sync-folder.ts';
import { KEY_BYTES, keyOf, newKey, type Key, type KeyKind } from './key-ring.ts';

const HEAD = `# The keys of nosocial's accounts: whoever has them can sign in as anybody. Keep a copy with that of the database.
# "token" signs sessions and tokens, "seal" encrypts the secrets of second factors. The newest of a kind is in use.
`;
const LINE = /^(token|seal) (\S+) ([A-Za-z0-9_-]+)$/;
const KINDS: readonly KeyKind[] = ['token', 'seal'];
/** A key of the kind that is taken out of use once there are more: whatever it signed has long expired. */
const TOKEN_KEYS_KEPT = 2;
/** Nobody but the owner and, for systemd's credentials, the group may read it. */
const OPEN_TO_OTHERS = 0o007;

/**
 * The keys of a file. Throws `refused` for one that is empty, malformed or open to others, and `not-found` when there is
 * none.
 */
export async function readKeyFile(file: string): Promise<Key[]> {
  const { text, mode } = await read(file);
  if (process.platform !== 'win32' && (mode & OPEN_TO_OTHERS) !== 0) {
    throw refused(file, 'can be read by others: take that right away (chmod 600)');
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const keys = lines.map((line) => {
    const key = parseLine(line.trim());
    // Nothing of the line is told: it may be a secret.
    if (key === undefined) throw refused(file, 'holds a line that is no key');
    return key;
  });
  for (const kind of KINDS) {
    if (!keys.some((key) => key.kind === kind)) throw refused(file, `holds no "${kind}" key`);
  }
  return keys;
}

async function read(file: string): Promise<{ text: string; mode: number }> {
  try {
    return { mode: (await stat(file)).mode, text: await readFile(file, 'utf8') };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) throw new DomainError('not-found', `there is no file "${file}"`, { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new DomainError('refused', `the keys in "${file}" cannot be read: ${reason}`, { cause: error });
  }
}

function parseLine(line: string): Key | undefined {
  const [, kind, madeAt = '', text = ''] = LINE.exec(line) ?? [];
  const bytes = Buffer.from(text, 'base64url');
  const madeAtMs = Date.parse(madeAt);
  if ((kind !== 'token' && kind !== 'seal') || Number.isNaN(madeAtMs) || bytes.length !== KEY_BYTES) return undefined;
  // A key that somebody filled in by hand, zeros or one letter over and over, keeps nobody out.
  if (new Set(bytes).size < KEY_BYTES / 4) return undefined;
  return keyOf(kind, bytes, madeAtMs);
}

function refused(file: string, problem: string): DomainError {
  const remedy = 'put back the copy that was kept with the backup of the database';
  const loss = 'without one, remove the file: all have to sign in again, and second factors to be switched off';
  return new DomainError('refused', `the file of keys "${file}" ${problem}; ${remedy} (${loss})`);
}

/** The keys of a file, which is made when there is none. Throws `refused` as `readKeyFile`. */
export async function ensureKeyFile(file: string, nowMs: number): Promise<Key[]> {
  try {
    return await readKeyFile(file);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not-found') throw error;
  }
  const keys = KINDS.map((kind) => newKey(kind, nowMs));
  await writeKeyFile(file, keys);
  return keys;
}

/** With a new key for tokens, beside the one that was in use till now. */
export function withNewTokenKey(keys: readonly Key[], nowMs: number): Key[] {
  const tokens = keys.filter(({ kind }) => kind === 'token').sort((a, b) => b.madeAtMs - a.madeAtMs);
  const others = keys.filter(({ kind }) => kind !== 'token');
  return [newKey('token', nowMs), ...tokens.slice(0, TOKEN_KEYS_KEPT - 1), ...others];
}

/** Takes the place of the file whole, or not at all. */
export async function writeKeyFile(file: string, keys: readonly Key[]): Promise<void> {
  const lines = keys.map(({ kind, madeAtMs, bytes }) => {
    return `${kind} ${new Date(madeAtMs).toISOString()} ${bytes.toString('base64url')}\n`;
  });
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(HEAD + lines.join(''));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  await syncFolder(path.dirname(file));
}
