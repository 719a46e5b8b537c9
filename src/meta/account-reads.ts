import type { User } from '../core/actor.ts';
import type { AccountReads, HomeOf, Invitation, Removal, UserQuery } from '../core/ports/account-operations.ts';
import * as accounts from './reads/accounts.ts';
import type { Engine } from './engine.ts';

/** Accounts, invitations and removals in SQL. */
export class SqlAccounts implements AccountReads {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async listUsers(query: UserQuery): Promise<User[]> {
    const { read, params } = accounts.usersBy(query);
    return this.#open().all(read, params);
  }

  async countWaiting(): Promise<number> {
    return (await this.#open().first(accounts.waitingCount)) ?? 0;
  }

  async clientNotedAtMs(userId: number, clientHash: string): Promise<number | undefined> {
    return this.#open().first(accounts.clientNotedAtMs, [userId, clientHash]);
  }

  async listInvitations({ beforeId, limit }: { beforeId: number | undefined; limit: number }): Promise<Invitation[]> {
    return this.#open().all(accounts.invitationsBefore, [beforeId ?? Number.MAX_SAFE_INTEGER, limit]);
  }

  async findInvitation(secretHash: string): Promise<Invitation | undefined> {
    return this.#open().first(accounts.invitationBySecret, [secretHash]);
  }

  async listInvited(invitationIds: readonly number[]): Promise<{ invitationId: number; userName: string }[]> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(invitationIds);
    return engine.all(accounts.invitedBy(ids.sql), ids.params);
  }

  async listRemovals(): Promise<Removal[]> {
    return this.#open().all(accounts.allRemovals);
  }

  async getRemoval(userId: number): Promise<Removal | undefined> {
    return this.#open().first(accounts.removalOf, [userId]);
  }

  async listHomes(page: { afterKey: string; exceptUserId: number; limit: number }): Promise<HomeOf[]> {
    return this.#open().all(accounts.homesAfter, [page.afterKey, page.exceptUserId, page.limit]);
  }

  async listTrashedIn(spaceId: number, limit: number): Promise<number[]> {
    return this.#open().all(accounts.trashedIn, [spaceId, limit]);
  }
}
