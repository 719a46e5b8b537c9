import type { User } from '../core/actor.ts';
import type { AppPassword, AppPasswordReads } from '../core/ports/app-password-operations.ts';
import { appPasswordsOf, appPasswordWithUser } from './reads/app-passwords.ts';
import type { Engine } from './engine.ts';

/** App passwords in SQL. */
export class SqlAppPasswords implements AppPasswordReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async find(secretHash: string): Promise<{ appPassword: AppPassword; user: User } | undefined> {
    return this.#open().first(appPasswordWithUser, [secretHash]);
  }

  async list(userId: number): Promise<AppPassword[]> {
    return this.#open().all(appPasswordsOf, [userId]);
  }
}
