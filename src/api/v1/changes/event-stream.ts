import type { Actor } from '../../../core/actor.ts';
import { isOwnJob } from '../../../core/own-jobs.ts';
import { Follower } from '../../../core/changes/follow.ts';
import { storeEpoch } from '../../../core/changes/store-epoch.ts';
import { readPositions, tell, writePositions } from '../../../core/changes/told-changes.ts';
import type { Core } from '../../../core/core.ts';
import type { Job } from '../../../core/ports/jobs.ts';
import { userRoot } from '../../../core/spaces.ts';
import { isDomainError } from '../../../lib/errors.ts';
import { jobView } from '../jobs.ts';
import type { ApiServices } from '../../contract/services.ts';
import { ChangeViews } from './change-view.ts';
import { Waker } from './waker.ts';

/** Well below what proxies and this server let pass in silence. */
const HEARTBEAT_MS = 15_000;
/** How often it is asked at most whether the credentials are still good; every heartbeat asks, too. */
const CHECK_MS = 1000;
const RETRY_MS = 2000;

export interface StreamRequest {
  readonly actor: Actor;
  /** Of the event that the client got last. */
  readonly lastEventId: string | undefined;
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;
  isStillGood(): Promise<boolean>;
}

type Services = Pick<ApiServices, 'core' | 'jobs'>;

/** The events of one client, made as fast as it takes them: nothing is gathered for one that is slow. */
export async function* eventStream(services: Services, request: StreamRequest): AsyncGenerator<string> {
  await using stream = await EventStream.open(services, request);
  yield* stream.events();
}

class EventStream {
  readonly #core: Core;
  readonly #request: StreamRequest;
  readonly #epoch: string;
  readonly #waker = new Waker();
  readonly #jobs: Services['jobs'];
  /** Of those that there is news of. With a client that is slow, the jobs themselves would outlive being forgotten here. */
  readonly #jobIds = new Set<string>();
  readonly #ends: (() => void)[] = [];
  #follower: Follower;
  #quota = '';
  #checkedAt = performance.now();
  #checkTimer: NodeJS.Timeout | undefined;
  #isCheckDue = false;

  private constructor({ core, jobs }: Services, request: StreamRequest, from: { epoch: string; follower: Follower }) {
    this.#core = core;
    this.#jobs = jobs;
    this.#request = request;
    this.#epoch = from.epoch;
    this.#follower = from.follower;
  }

  static async open(services: Services, request: StreamRequest): Promise<EventStream> {
    const { core, jobs } = services;
    const { base, mounts } = await userRoot(core, request.actor);
    const spaceIds = [base, ...mounts].filter(({ kind }) => kind !== 'root').map(({ id }) => id);
    const epoch = await storeEpoch(core);
    const stream = new EventStream(services, request, { epoch, follower: await Follower.now(core, spaceIds) });
    const { changeFeed } = core.store;
    const { wake } = stream.#waker;
    stream.#ends.push(changeFeed.watch(spaceIds, wake), changeFeed.onCommit(stream.#noteCommit));
    stream.#ends.push(jobs.watch((job) => stream.#noteJob(job)));
    for (const signal of [request.signal, changeFeed.ended]) signal.addEventListener('abort', wake, { once: true });
    stream.#ends.push(() => changeFeed.ended.removeEventListener('abort', wake));
    return stream;
  }

  async *events(): AsyncGenerator<string> {
    yield `retry: ${RETRY_MS}\n: from here on\n\n`;
    yield await this.#begin();
    while (!this.#isOver()) {
      try {
        yield* this.#news();
      } catch (error) {
        // What is left comes once the database is back.
        if (!isDomainError(error, 'unavailable', 'busy')) throw error;
      }
      const wasWoken = this.#isOver() || (await this.#waker.sleep(HEARTBEAT_MS));
      if (this.#isOver()) return;
      if (await this.#isShut(wasWoken)) {
        yield frame('end', {});
        return;
      }
      if (!wasWoken) yield ':\n\n';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#ends) end();
    clearTimeout(this.#checkTimer);
  }

  #isOver(): boolean {
    return this.#request.signal.aborted || this.#core.store.changeFeed.ended.aborted;
  }

  /** Any commit may have ended a session. */
  readonly #noteCommit = (): void => {
    const sinceMs = performance.now() - this.#checkedAt;
    this.#checkTimer ??= setTimeout(this.#checkSoon, Math.max(0, CHECK_MS - sinceMs)).unref();
  };

  readonly #checkSoon = (): void => {
    this.#checkTimer = undefined;
    this.#isCheckDue = true;
    this.#waker.wake();
  };

  #noteJob(job: Job): void {
    if (!isOwnJob(this.#request.actor, job)) return;
    for (const id of this.#jobIds) if (!this.#jobs.find(id)) this.#jobIds.delete(id);
    this.#jobIds.add(job.id);
    this.#waker.wake();
  }

  /** Where the client goes on; without a place that is known, it begins anew. */
  async #begin(): Promise<string> {
    const { lastEventId } = this.#request;
    const here = { id: writePositions(this.#epoch, this.#follower.positions) };
    if (lastEventId === undefined || lastEventId === '') return frame('ready', here, here.id);
    const from = readPositions(lastEventId, this.#epoch);
    const follower = from && (await Follower.from(this.#core, this.#follower.spaceIds, from));
    if (!follower) return frame('reset', here, here.id);
    this.#follower = follower;
    const place = writePositions(this.#epoch, follower.positions);
    return frame('ready', { id: place }, place);
  }

  async *#news(): AsyncGenerator<string> {
    yield* this.#jobNews();
    if (await this.#follower.isLost()) {
      this.#follower = await Follower.now(this.#core, this.#follower.spaceIds);
      const id = writePositions(this.#epoch, this.#follower.positions);
      yield frame('reset', { id }, id);
    }
    let hasChanged = this.#quota === '';
    let views = new ChangeViews(this.#core, this.#request.actor);
    for await (const change of this.#follower.pending()) {
      if (this.#isOver()) return;
      // A folder that has moved is somewhere else for all that comes after.
      if (change.isCollection) views = new ChangeViews(this.#core, this.#request.actor);
      const told = await tell(this.#core, change, this.#follower.spaceIds);
      const view = told && (await views.view(told, true));
      const id = writePositions(this.#epoch, this.#follower.positions);
      hasChanged = true;
      if (view) yield frame('change', view, id);
    }
    if (hasChanged) yield await this.#quotaNews();
  }

  *#jobNews(): Generator<string> {
    for (const id of [...this.#jobIds]) {
      this.#jobIds.delete(id);
      const job = this.#jobs.find(id);
      if (job) yield frame('job', jobView(job));
    }
  }

  /** Once for all that happened together; nothing while it is the same. */
  async #quotaNews(): Promise<string> {
    const user = await this.#core.store.getUser(this.#request.actor.userId);
    if (!user) return '';
    const { usedBytes, quotaBytes } = user;
    const quota = frame('quota', { usedBytes, quotaBytes });
    if (quota === this.#quota) return '';
    const isFirst = this.#quota === '';
    this.#quota = quota;
    return isFirst ? '' : quota;
  }

  async #isShut(wasWoken: boolean): Promise<boolean> {
    if (wasWoken && !this.#isCheckDue) return false;
    this.#isCheckDue = false;
    this.#checkedAt = performance.now();
    return !(await this.#request.isStillGood());
  }
}

/** An event as the standard for server-sent events has it; JSON holds no line breaks. */
function frame(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
