import { open, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../lib/clock.ts';

/** What is worth remembering. `login-failed` names the user as the client did. */
export type AuditAction =
  | 'login'
  | 'login-failed'
  | 'first-administrator'
  | 'user-added'
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
  | 'restored';

/** One entry. Nothing in it is a secret. */
export interface AuditEvent {
  readonly action: AuditAction;
  /** Who did it; a command of the machine's own administrator has none. */
  readonly user?: string | undefined;
  readonly address?: string | undefined;
  /** What it was done to: a user, a disk, a path. */
  readonly target?: string | undefined;
  /** The new role, quota, …; of a login the app password's name. */
  readonly value?: string | number | undefined;
}

const MAX_WAITING = 10_000;
const MAX_TEXT_LENGTH = 1024;

/**
 * An append-only file of JSON lines (mode 0600). Entries are written in order, in the background; when more wait than
 * memory should hold, the newest are dropped and counted in the file.
 */
export class AuditLog {
  readonly #file: FileHandle;
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  #waiting: string[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, clock: Clock, onFailure: (error: unknown) => void) {
    this.#file = file;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** `onFailure` is told when entries could not be written, so that it can be logged. */
  static async open(fileName: string, clock: Clock, onFailure: (error: unknown) => void): Promise<AuditLog> {
    const file = await open(fileName, 'a', 0o600);
    return new AuditLog(file, clock, onFailure);
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
        await this.#file.appendFile(lines.join(''));
      } catch (error) {
        this.#onFailure(error);
      }
    }
    this.#writing = undefined;
  }
}
