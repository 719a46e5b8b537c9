import { DomainError } from '../../lib/errors.ts';
import type { DiskHealth } from './disk-health.ts';
import { errnoOf } from './files.ts';
import type { DiskRoom } from './placement.ts';

const RETRY_AFTER_SECONDS = 10;

const isFullError = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT';
const isTooManyFiles = (code: string): boolean => code === 'EMFILE' || code === 'ENFILE';

/** What the failures of one disk mean to callers. */
export class DiskFaults {
  readonly #name: string;
  readonly #health: DiskHealth;
  readonly #room: DiskRoom;

  constructor(name: string, health: DiskHealth, room: DiskRoom) {
    this.#name = name;
    this.#health = health;
    this.#room = room;
  }

  /** Waits for a system call on the disk; a failure becomes what it means. */
  async guard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw await this.of(error);
    }
  }

  /** As `guard`, for reading the blob or pack `name`. */
  async guardReading<T>(call: Promise<T>, name: string): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw await this.ofReading(error, name);
    }
  }

  /**
   * The `DomainError` for a failed system call on the disk: `no-space`, `busy`, or `unavailable` after another look at
   * the disk. Any other error is given back as it is.
   */
  async of(error: unknown): Promise<unknown> {
    const code = errnoOf(error);
    if (code === undefined) return error;
    if (isFullError(code)) {
      this.#room.markFull();
      return new DomainError('no-space', `disk "${this.#name}" is full`, { cause: error });
    }
    if (isTooManyFiles(code)) {
      return new DomainError('busy', 'too many files are open', { cause: error, retryAfterSeconds: 1 });
    }
    await this.#health.check(code !== 'ENOENT');
    return this.unavailable(error);
  }

  /** As `of`, for reading the blob or pack `name`: one that is missing on a disk that is there is `corrupt`. */
  async ofReading(error: unknown, name: string): Promise<unknown> {
    const fault = await this.of(error);
    if (errnoOf(error) !== 'ENOENT' || !this.#health.isUp) return fault;
    return new DomainError('corrupt', `${name} is missing on disk "${this.#name}"`, { cause: error });
  }

  /** `unavailable`, with what is known of the reason. */
  unavailable(cause?: unknown): DomainError {
    const why = this.#health.problem ?? (cause instanceof Error ? cause.message : 'it was taken out of use');
    return new DomainError('unavailable', `disk "${this.#name}" is not available: ${why}`, {
      cause,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
