import * as admin from '../api/admin.ts';
import type { Disposal, NewUser, User, UserChanges, UserState } from '../api/admin.ts';
import type { Job } from '../api/jobs.ts';
import { jobs } from '../state/jobs.svelte.ts';
import { PagedList } from '../state/paged-list.svelte.ts';
import { tellProblem } from '../state/toasts.ts';

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
    const job = await admin.removeUser(user.name, disposal);
    if (job) void this.#follow(job);
    await this.list.load();
  }

  async endSecondFactor(user: User): Promise<void> {
    await admin.endSecondFactorOf(user.name);
    this.#put(user, { ...user, hasSecondFactor: false });
  }

  /** The account is gone when its files are. */
  async #follow(job: Job): Promise<void> {
    const { state, problem, title } = await jobs.follow(job);
    if (state === 'failed') tellProblem(new Error(problem?.detail ?? title));
    await this.list.load();
  }

  #put({ id }: User, changed: User | undefined): void {
    this.list.put((item) => item.id === id, changed);
  }
}
