import * as admin from '../api/admin.ts';
import type { Disposal, NewUser, User, UserChanges, UserState } from '../api/admin.ts';
import { PagedList } from '../state/paged-list.svelte.ts';

/** The accounts, as administrators see and change them. */
export class Users {
  search = $state('');
  state = $state<UserState | ''>('');
  readonly list = new PagedList<User>((cursor, signal) =>
    admin.listUsers({ search: this.search, state: this.state || undefined, cursor }, signal),
  );

  async create(user: NewUser): Promise<void> {
    await admin.createUser(user);
    await this.list.load();
  }

  async change(user: User, changes: UserChanges): Promise<void> {
    this.#put(user, await admin.changeUser(user.name, changes));
  }

  async approve(user: User): Promise<void> {
    this.#put(user, await admin.approveUser(user.name));
  }

  async decline(user: User): Promise<void> {
    await admin.declineUser(user.name);
    this.#put(user, undefined);
  }

  async remove(user: User, disposal: Disposal | undefined): Promise<void> {
    await admin.removeUser(user.name, disposal);
    await this.list.load();
  }

  async endSecondFactor(user: User): Promise<void> {
    await admin.endSecondFactorOf(user.name);
    this.#put(user, { ...user, hasSecondFactor: false });
  }

  #put({ id }: User, changed: User | undefined): void {
    this.list.put((item) => item.id === id, changed);
  }
}
