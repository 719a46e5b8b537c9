import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../lib/clock.ts';
import { openAuditFile, putAside } from './audit-files.ts';
import { readAudit, type AuditPage, type AuditQuery } from './audit-reader.ts';

/** What is worth remembering. `login-failed` names the user as the client did. */
export type AuditAction =
  | 'login'
  | 'login-failed'
  | 'first-administrator'
  | 'user-added'
  | 'user-registered'
  | 'registration-asked'
  | 'registration-refused'
  | 'user-approved'
  | 'user-declined'
  | 'user-renamed'
  | 'user-leaving'
  | 'removal-called-off'
  | 'invitation-made'
  | 'invitation-revoked'
  | 'setting-changed'
  | 'home-opened'
  | 'user-removed'
  | 'password-changed'
  | 'second-factor-on'
  | 'second-factor-off'
  | 'recovery-codes-renewed'
  | 'session-ended'
  | 'session-stolen'
  | 'logged-out-everywhere'
  | 'app-password-added'
  | 'app-password-removed'
  | 'bandwidth-changed'
  | 'role-changed'
  | 'quota-changed'
  | 'user-disabled'
  | 'user-enabled'
  | 'policy-changed'
  | 'lock-broken'
  | 'disk-added'
  | 'disk-removed'
  | 'deleted'
  | 'expired'
  | 'imported'
  | 'moved-in'
  | 'exported'
  | 'authority-made'
  | 'certificate-issued'
  | 'purged'
  | 'repaired'
  | 'restored'
  | 'version-restored';

/** One entry. Nothing in it is a secret. */
export interface AuditEvent {
  readonly action: AuditAction;
  /** Who did it; a command of the machine's own administrator has none. */
  readonly user?: string | undefined;
  readonly address?: string | undefined;
  /** What it was done to: a user, a disk, a path. */
  readonly target?: string | undefined;
  /** The new role, quota, …; of a login the app password's name, or what began. */
  readonly value?: string | number | undefined;
}

export interface AuditOptions {
  readonly fileName: string;
  readonly clock: Clock;
  /** Told when entries could not be written, so that it can be logged. */
  readonly onFailure: (error: unknown) => void;
  readonly limits?: AuditLimits;
}

const MAX_WAITING = 10_000;
const MAX_TEXT_LENGTH = 1024;
/** How long an entry may be in memory only, where a power cut loses it. */
const SYNC_AFTER_MS = 1000;

/** How much of the log is kept. */
export interface AuditLimits {
  /** A file that has so much is put aside, and another one begun. */
  readonly fileBytes: number;
  /** Of those put aside the newest so many stay. */
  readonly keptFiles: number;
}

const DEFAULT_LIMITS: AuditLimits = { fileBytes: 64 * 1000 * 1000, keptFiles: 9 };

/**
 * An append-only file of JSON lines (mode 0600). Entries are written in order, in the background, and are on the disk
 * about a second later; when more wait than memory should hold, the newest are dropped and counted in the file.
 */
export class AuditLog {
  readonly #fileName: string;
  readonly #limits: AuditLimits;
  #file: FileHandle;
  #fileBytes: number;
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  #waiting: string[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;

  private constructor(
    { fileName, clock, onFailure, limits = DEFAULT_LIMITS }: AuditOptions,
    { file, sizeBytes }: { file: FileHandle; sizeBytes: number },
  ) {
    this.#fileName = fileName;
    this.#limits = limits;
    this.#file = file;
    this.#fileBytes = sizeBytes;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  static async open(options: AuditOptions): Promise<AuditLog> {
    return new AuditLog(options, await openAuditFile(options.fileName));
  }

  /** What was written, the latest first. Throws a `RangeError` for a place that is not kept any more. */
  async read(query: AuditQuery): Promise<AuditPage> {
    await this.#writing;
    return readAudit(this.#fileName, query);
  }

  record(event: AuditEvent): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(this.#line(event));
    this.#writing ??= this.#drain();
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#syncTimer !== undefined) await this.#sync();
    await this.#file.close();
  }

  #line(event: object): string {
    const shorten = (_key: string, value: unknown) =>
      typeof value === 'string' && value.length > MAX_TEXT_LENGTH ? `${value.slice(0, MAX_TEXT_LENGTH)}…` : value;
    return `${JSON.stringify({ time: new Date(this.#clock.nowMs()).toISOString(), ...event }, shorten)}\n`;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      if (this.#dropped > 0) lines.push(this.#line({ action: 'entries-dropped', value: this.#dropped }));
      this.#dropped = 0;
      try {
        await this.#write(Buffer.from(lines.join('')));
      } catch (error) {
        this.#onFailure(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#fileBytes > 0 && this.#fileBytes + bytes.length > this.#limits.fileBytes) await this.#beginAnother();
    await this.#file.appendFile(bytes);
    this.#fileBytes += bytes.length;
    this.#syncTimer ??= setTimeout(() => void this.#sync(), SYNC_AFTER_MS).unref();
  }

  async #beginAnother(): Promise<void> {
    await this.#sync();
    await putAside(this.#fileName, { nowMs: this.#clock.nowMs(), keptFiles: this.#limits.keptFiles });
    const { file, sizeBytes } = await openAuditFile(this.#fileName);
    const earlier = this.#file;
    this.#file = file;
    this.#fileBytes = sizeBytes;
    await earlier.close();
  }

  async #sync(): Promise<void> {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
