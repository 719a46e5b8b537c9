import { setImmediate } from 'node:timers/promises';
import type { Core } from '../core.ts';
import type { Change, ChangePosition } from '../ports/changes.ts';
import { tell, type FeedPositions, type ToldAction, type ToldChange } from './told-changes.ts';

const ROWS = 100;
/** So much of the log is looked at for one page. */
const MAX_ROWS = 5000;
/** What one person does alike in one folder is one thing as long as it goes on. */
const PAUSE_MS = 10 * 60_000;
const SHOWN = 5;

/** Something that somebody did, perhaps many times in a row. */
export interface Activity {
  readonly action: ToldAction;
  readonly userId: number;
  readonly parentId: number;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** The latest few. */
  readonly changes: readonly ToldChange[];
}

export interface ActivityQuery {
  readonly spaceIds: readonly number[];
  /** Before which change of each space; undefined from the latest on. */
  readonly before: FeedPositions | undefined;
  readonly limit: number;
  readonly sinceMs: number | undefined;
  /** Only what happened to this node: of all else in the log nothing has to be found out then. */
  readonly nodeId: number | undefined;
  isWanted(told: ToldChange): Promise<boolean>;
}

export interface ActivityPage {
  /** The latest first. */
  readonly activities: readonly Activity[];
  /** Where it goes on; undefined at the end. There may be fewer activities than wanted all the same. */
  readonly next: FeedPositions | undefined;
}

/** Who did what and when in several spaces, the latest first. */
export async function readActivity(core: Core, query: ActivityQuery): Promise<ActivityPage> {
  const history = await History.open(core, query);
  const groups: Group[] = [];
  for (let rows = 0; rows < MAX_ROWS; rows += 1) {
    const change = await history.peek();
    if (!change || change.atMs < (query.sinceMs ?? 0)) return { activities: groups, next: undefined };
    const told = await wanted(core, change, query);
    if (told) {
      const group = groups.findLast((known) => known.takes(told));
      if (!group && groups.length >= query.limit) return { activities: groups, next: history.positions };
      if (group) group.add(told);
      else groups.push(new Group(told));
    }
    history.take();
  }
  return { activities: groups, next: history.positions };
}

async function wanted(core: Core, change: Change, query: ActivityQuery): Promise<ToldChange | undefined> {
  if (query.nodeId !== undefined && change.nodeId !== query.nodeId) return undefined;
  const told = await tell(core, change, query.spaceIds);
  return told && !told.isPassing && (await query.isWanted(told)) ? told : undefined;
}

class Group implements Activity {
  readonly action: ToldAction;
  readonly userId: number;
  readonly parentId: number;
  readonly lastAtMs: number;
  readonly changes: ToldChange[] = [];
  count = 0;
  firstAtMs: number;

  constructor(told: ToldChange) {
    const { userId, parentId, atMs } = told.change;
    this.action = told.action;
    this.userId = userId;
    this.parentId = parentId;
    this.lastAtMs = atMs;
    this.firstAtMs = atMs;
    this.add(told);
  }

  /** Whether something earlier belongs to it. */
  takes({ action, change }: ToldChange): boolean {
    const isAlike = action === this.action && change.userId === this.userId && change.parentId === this.parentId;
    return isAlike && this.firstAtMs - change.atMs <= PAUSE_MS;
  }

  add(told: ToldChange): void {
    this.count += 1;
    this.firstAtMs = told.change.atMs;
    if (this.changes.length < SHOWN) this.changes.push(told);
  }
}

/** The changes of several spaces together, the latest first. */
class History {
  readonly #core: Core;
  readonly #streams: Backwards[];

  private constructor(core: Core, streams: Backwards[]) {
    this.#core = core;
    this.#streams = streams;
  }

  static async open(core: Core, { spaceIds, before }: ActivityQuery): Promise<History> {
    // What happens from here on belongs on no later page.
    const now = await core.store.changes.positions(spaceIds);
    const streams = spaceIds.map((spaceId) => {
      const end = { rev: (now.get(spaceId)?.rev ?? 0) + 1, seq: 0 };
      return { spaceId, before: before?.get(spaceId) ?? end, waiting: [], isEnd: false };
    });
    return new History(core, streams);
  }

  get positions(): FeedPositions {
    return new Map(this.#streams.map(({ spaceId, before }) => [spaceId, before]));
  }

  async peek(): Promise<Change | undefined> {
    return (await this.#latest())?.waiting[0];
  }

  /** Passes over what `peek` gave. */
  take(): void {
    const stream = latestOf(this.#streams);
    const change = stream?.waiting.shift();
    if (stream && change) stream.before = { rev: change.rev, seq: change.seq };
  }

  async #latest(): Promise<Backwards | undefined> {
    for (const stream of this.#streams) {
      if (stream.waiting.length > 0 || stream.isEnd) continue;
      const { spaceId, before } = stream;
      // SQLite answers at once: others get their turn here.
      await setImmediate();
      stream.waiting = await this.#core.store.changes.listChangesBackwards(spaceId, { before, limit: ROWS });
      stream.isEnd = stream.waiting.length < ROWS;
    }
    return latestOf(this.#streams);
  }
}

interface Backwards {
  readonly spaceId: number;
  before: ChangePosition;
  waiting: Change[];
  isEnd: boolean;
}

function latestOf(streams: readonly Backwards[]): Backwards | undefined {
  let latest: Backwards | undefined;
  for (const stream of streams) {
    const [change] = stream.waiting;
    if (change && change.atMs > (latest?.waiting[0]?.atMs ?? -1)) latest = stream;
  }
  return latest;
}
