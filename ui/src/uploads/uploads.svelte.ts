import { getFile } from '../api/files.ts';
import { isProblem } from '../api/problem.ts';
import { endUpload, finishUpload } from '../api/uploads.ts';
import { isSame } from '../conflicts/conflict.ts';
import { conflicts, type Conflicts } from '../conflicts/conflicts.svelte.ts';
import { screen } from '../explorer/screen.svelte.ts';
import { problemText, t } from '../lib/messages.svelte.ts';
import { nameIn, parentOf } from '../lib/paths.ts';
import { session } from '../state/session.svelte.ts';
import { tellProblem } from '../state/toasts.ts';
import { endText } from './end-text.ts';
import { Guards } from './guards.ts';
import type { Incoming } from './incoming.ts';
import { Interruptions } from './interruptions.svelte.ts';
import { lookAt } from './look.ts';
import { isPassing, untilAnswered } from './network.ts';
import { Pace } from './pace.ts';
import { plan, type Place } from './plan.ts';
import { isOf, type Interrupted } from './records.ts';
import { refusalOf } from './refusals.ts';
import { Sender } from './sender.ts';
import type { Tally } from './tally.ts';
import { isOpen, isSettled, pathOf, uploadItem, type Batch, type UploadItem } from './upload-item.ts';
import { UploadQueue, type Outcome } from './upload-queue.ts';

/** Browsers open six connections to a server; the page needs some for itself. */
const WIDTH = 3;
const BEAT_MS = 200;
const REMEMBER_MS = 1000;
/** So often what does not get on is tried again though the server answers. */
const MOST_ATTEMPTS = 6;

interface BatchState {
  readonly batch: Batch;
  readonly conflicts: Conflicts;
}

interface Attempt {
  readonly attempts: number;
  readonly signal: AbortSignal;
}

/** What is being uploaded, in this tab. */
class Uploads {
  /** Drops that are looked at before they are begun. */
  checking = $state(0);
  isWaitingForNetwork = $state(false);
  /** What was interrupted covers a third of a phone. */
  isCollapsed = $state(screen.isNarrow);
  /** For those who hear the page. */
  announcement = $state('');
  readonly pace = new Pace();
  readonly interruptions: Interruptions;
  readonly #queue: UploadQueue;
  /** Another one whenever something changed: items are changed in place. */
  #beat = $state(0);
  readonly #sender: Sender;
  readonly #guards = new Guards();
  readonly #batches = new Map<string, BatchState>();
  #owner: string | undefined;
  #isTelling = false;
  #wasOpen = false;
  #rememberedMs = 0;

  constructor() {
    this.#sender = new Sender({
      sent: (item, bytes) => this.#queue.progress(item, bytes),
      found: (item, bytes) => {
        this.#queue.progress(item, bytes);
        this.pace.rest();
      },
      placed: (item) => this.#placed(item),
    });
    this.#queue = new UploadQueue({
      width: WIDTH,
      send: (item, signal) => this.#send(item, signal),
      discard: (item) => void this.#discard(item),
      onchange: () => this.#changed(),
    });
    this.interruptions = new Interruptions(() => this.#queue.items);
  }

  /** Of the whole queue, when it last changed. */
  get items(): readonly UploadItem[] {
    return seen(this.#beat, this.#queue.items);
  }

  get tally(): Tally {
    return seen(this.#beat, this.#queue.tally);
  }

  /** How one item stands. */
  now(item: UploadItem): UploadItem {
    return seen(this.#beat, { ...item });
  }

  /** Takes what was dropped, pasted or chosen; asks about names that are taken. Throws `Problem`. */
  async add(incoming: readonly Incoming[], folder: string): Promise<void> {
    this.#belongTo(session.account?.name);
    const names = [...new Set(incoming.map(({ path }) => path[0] ?? ''))];
    const goesOn = this.interruptions.matching({ folder, names });
    const batch: Batch = { id: newId(), folder, names, isTyped: false };
    const state = { batch, conflicts: conflicts.begin('upload', { isGoingOn: goesOn !== undefined }) };
    this.checking += 1;
    try {
      const items = await this.#plan(incoming, state);
      if (items === undefined) return;
      if (goesOn !== undefined) this.interruptions.take(goesOn);
      this.#makeRoom(items);
      this.#batches.set(batch.id, state);
      this.isCollapsed = false;
      this.#queue.add(items);
      this.#remember();
    } catch (error) {
      // The address may be that of a file that is viewed.
      if (!isProblem(error, 'not-a-collection') || folder === '/') throw error;
      await this.add(incoming, parentOf(folder));
    } finally {
      this.checking -= 1;
    }
  }

  /** With what was chosen again for it; false when it is something else. */
  async goOn(interrupted: Interrupted, incoming: readonly Incoming[]): Promise<boolean> {
    const [upload] = interrupted.uploads;
    const [first] = incoming;
    if (interrupted.total === 1 && upload !== undefined) {
      if (first?.file === undefined || !isOf(upload, first.file)) return false;
      // Names differ where a phone makes them up anew each time.
      await this.add([{ path: [nameIn(upload.path ?? '')], file: first.file }], interrupted.folder);
      return true;
    }
    if (!incoming.some(({ path }) => interrupted.names.includes(path[0] ?? ''))) return false;
    await this.add(incoming, interrupted.folder);
    return true;
  }

  pause(items: readonly UploadItem[]): void {
    this.#queue.pause(items);
  }

  /** Goes on with what is paused, and tries again what failed. */
  resume(items: readonly UploadItem[]): void {
    this.#queue.resume(items);
  }

  cancel(items: readonly UploadItem[]): void {
    this.#queue.cancel(items);
    this.#remember();
  }

  clear(): void {
    this.#queue.clear();
    this.#remember();
  }

  /** Looks what was cut off before. */
  async signedIn(user: string | undefined): Promise<void> {
    this.#belongTo(user);
    if (user === undefined) return;
    try {
      await this.interruptions.load(user);
    } catch {
      // It is looked for again with the next page.
    }
  }

  /** The queue is of one person: it rests while they are signed out, and goes when somebody else signs in. */
  #belongTo(user: string | undefined): void {
    if (user === undefined) {
      this.#queue.hold();
      return;
    }
    if (this.#owner !== undefined && this.#owner !== user) {
      this.#queue.pause(this.#queue.items);
      this.#queue.clear(() => true);
      this.interruptions.clear();
    }
    this.#owner = user;
    this.#queue.release();
  }

  /** What failed stays to be read and tried again, unless it is what comes now. */
  #makeRoom(items: readonly UploadItem[]): void {
    const paths = new Set(items.map(pathOf));
    const comesAgain = this.items.filter((item) => paths.has(pathOf(item)));
    this.#queue.cancel(comesAgain.filter(({ state }) => state === 'failed'));
    const isOver = this.tally.open === 0 ? isSettled : () => false;
    this.#queue.clear((item) => isOver(item) || (item.state === 'refused' && comesAgain.includes(item)));
  }

  async #plan(
    incoming: readonly Incoming[],
    { batch, conflicts: questions }: BatchState,
  ): Promise<UploadItem[] | undefined> {
    this.#sender.forgetBelow(batch.folder);
    const look = async (path: string, names: readonly string[]): Promise<Place> => {
      const place = await lookAt(path, names);
      this.#sender.know(path);
      batch.isTyped ||= place.rules.isTyped;
      return place;
    };
    const planned = await plan(incoming, batch.folder, {
      look,
      ask: (conflict, remaining) => questions.ask(conflict, remaining),
      refusal: refusalOf,
      unfinished: (path, file) => this.interruptions.locationOf(path, file),
    });
    return planned?.map((item) => uploadItem(batch, item));
  }

  async #send(item: UploadItem, signal: AbortSignal): Promise<Outcome> {
    let attempts = 0;
    let furthest = item.sentBytes;
    for (;;) {
      try {
        await this.#sender.send(item, signal);
        return { state: 'done' };
      } catch (error) {
        signal.throwIfAborted();
        attempts = item.sentBytes > furthest ? 1 : attempts + 1;
        furthest = Math.max(furthest, item.sentBytes);
        const outcome = await this.#judge(item, error, { attempts, signal });
        signal.throwIfAborted();
        if (outcome !== undefined) return outcome;
      }
    }
  }

  /** Undefined: to be tried again now. */
  async #judge(item: UploadItem, error: unknown, { attempts, signal }: Attempt): Promise<Outcome | undefined> {
    if (isProblem(error, 'already-exists')) return this.#askAgain(item, signal);
    const isSignedOut = isProblem(error, 'not-authenticated');
    const isOutOfStep = isProblem(error, 'refused') && item.location !== undefined;
    if ((!isPassing(error) && !isOutOfStep && !isSignedOut) || attempts > MOST_ATTEMPTS) {
      if (isProblem(error, 'quota-exceeded', 'no-space')) this.#failLarger(item, error);
      return { state: 'failed', reason: problemText(error) };
    }
    if (isSignedOut) return this.#signInAgain();
    await this.#untilAnswered(item);
    return undefined;
  }

  /** Undefined: the session goes on after all, renewed by another tab for one. */
  async #signInAgain(): Promise<Outcome | undefined> {
    try {
      // It asks to sign in again, over what is open.
      await session.refresh();
    } catch (error) {
      if (!isProblem(error, 'not-authenticated')) return undefined;
      this.#queue.hold();
      return { state: 'held' };
    }
    return undefined;
  }

  async #untilAnswered(item: UploadItem): Promise<void> {
    this.#queue.note(item, t('uploads.waiting-for-network'));
    this.isWaitingForNetwork = true;
    this.pace.rest();
    try {
      await untilAnswered();
    } finally {
      this.isWaitingForNetwork = false;
      this.#queue.note(item, undefined);
    }
  }

  /** The name was taken while it was sent. */
  async #askAgain(item: UploadItem, signal: AbortSignal): Promise<Outcome | undefined> {
    const { file, name, folder, location } = item;
    if (file === undefined) return { state: 'done' };
    try {
      const { kind, sizeBytes, modifiedAt } = await getFile(pathOf(item));
      const comes = {
        kind: 'file',
        sizeBytes: file.size,
        modifiedAt: new Date(file.lastModified).toISOString(),
      } as const;
      const conflict = { name, folder, there: { kind, sizeBytes, modifiedAt }, comes };
      if ((location !== undefined || this.#sender.mayHaveCome(item)) && isSame(conflict)) {
        // What is left of it, where it came in another way.
        await this.#discard(item);
        return { state: 'done' };
      }
      const others = this.#queue.items.filter((one) => one.batch === item.batch && one !== item && isOpen(one));
      const decision = await this.#batches.get(item.batch.id)?.conflicts.ask(conflict, others.length);
      signal.throwIfAborted();
      if (decision !== 'replace' && decision !== 'keep-both') {
        await this.#discard(item);
        return { state: 'skipped' };
      }
      item.onConflict = decision;
      if (location === undefined) return undefined;
      await finishUpload(location, decision);
      return { state: 'done' };
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error)) return { state: 'failed', reason: problemText(error) };
      await this.#untilAnswered(item);
      return undefined;
    }
  }

  /** What is as large does not fit either; nobody needs to ask for each of thousands. */
  #failLarger({ sizeBytes }: UploadItem, error: unknown): void {
    this.#queue.fail((item) =>
      item.file !== undefined && item.sizeBytes >= sizeBytes ? problemText(error) : undefined,
    );
  }

  async #discard(item: UploadItem): Promise<void> {
    const { location } = item;
    item.location = undefined;
    if (location === undefined) return;
    try {
      await endUpload(location);
    } catch (error) {
      tellProblem(error);
    }
  }

  #placed(item: UploadItem): void {
    // While the server began it.
    if (item.state === 'cancelled') void this.#discard(item);
    else this.#remember();
  }

  #remember(): void {
    this.#rememberedMs = performance.now();
    if (this.#owner !== undefined) this.interruptions.remember(this.#owner);
  }

  /** Some changes at once, so that a thousand files a minute cost little. */
  #changed(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    setTimeout(() => {
      this.#isTelling = false;
      this.#tell();
    }, BEAT_MS);
  }

  #tell(): void {
    const { sentBytes, share, open } = this.#queue.tally;
    this.pace.see(performance.now(), { bytes: sentBytes, share });
    this.#beat += 1;
    this.#guards.set(open > 0);
    if (open === 0 || !this.#wasOpen) this.pace.rest();
    if (open === 0 || performance.now() - this.#rememberedMs > REMEMBER_MS) this.#remember();
    if (open === 0 && this.#wasOpen) this.#announceEnd();
    if (open > 0 && !this.#wasOpen) this.announcement = t('uploads.began', { count: open });
    this.#wasOpen = open > 0;
  }

  #announceEnd(): void {
    this.announcement = endText(this.#queue.tally);
  }
}

export const queue = new Uploads();

/** Whoever reads it reads it again with the next beat. */
function seen<Value>(_beat: number, value: Value): Value {
  return value;
}

/** `crypto.randomUUID` is missing on plain http. */
function newId(): string {
  return Math.random().toString(36).slice(2);
}
