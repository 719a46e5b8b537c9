/** How often the system's interfaces are looked at; cheap, and nothing tells of changes. */
const LOOK_MS = 3000;
/** More than this between two looks: the machine slept, and may have woken elsewhere. */
const SLEPT_MS = 5 * LOOK_MS;
/** A link that could not be opened is tried again after this many looks. */
const LOOKS_BEFORE_RETRY = 20;

export interface LinkFollowerOptions<Link, Opened> {
  /** The links that are there now, each under a key that stays the same while it is the same link. May throw. */
  readonly links: () => ReadonlyMap<string, Link>;
  readonly open: (link: Link) => Promise<Opened>;
  /** `now` is what has become of the link: it is opened anew then. Undefined: it is gone, or nothing is followed any more. */
  readonly close: (opened: Opened, now: Link | undefined) => Promise<void>;
  /** The machine slept, and the link is as it was. Without this, or where it rejects, it is closed and opened anew. */
  readonly wake?: (opened: Opened) => Promise<void>;
  /** Told once for each link until it works, and once for what concerns none. */
  readonly onProblem: (problem: { link?: Link; error: unknown }) => void;
}

interface Held<Link, Opened> {
  readonly link: Link;
  readonly opened: Opened;
}

/** Keeps something open for each of the networks that the machine stands in, as they come and go. */
export class LinkFollower<Link, Opened> {
  readonly #options: LinkFollowerOptions<Link, Opened>;
  readonly #held = new Map<string, Held<Link, Opened>>();
  /** Looks still to wait, by the link that could not be opened. */
  readonly #failed = new Map<string, number>();
  #lastLookMs = Date.now();
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #hasToldFault = false;

  constructor(options: LinkFollowerOptions<Link, Opened>) {
    this.#options = options;
  }

  /** Returns at once; what fails is told, and tried again. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  /** Resolves when what was there when it was called was tried. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  /** Closes everything. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#held.keys()].map((key) => this.#close(key, undefined)));
  }

  get opened(): Opened[] {
    return [...this.#held.values()].map(({ opened }) => opened);
  }

  /** For what goes wrong where nobody waits for it: told once. */
  tellFault(error: unknown): void {
    if (!this.#hasToldFault) this.#options.onProblem({ error });
    this.#hasToldFault = true;
  }

  #look(): void {
    // A system that keeps its interfaces from this process throws.
    this.#looking = this.#looking.then(() => this.#follow()).catch((error: unknown) => this.tellFault(error));
  }

  async #follow(): Promise<void> {
    if (this.#isStopped) return;
    const hasSlept = Date.now() - this.#lastLookMs > SLEPT_MS;
    this.#lastLookMs = Date.now();
    const links = this.#options.links();
    for (const [key, held] of this.#held) await this.#keep(key, held, { now: links.get(key), hasSlept });
    for (const key of this.#failed.keys()) if (!links.has(key)) this.#failed.delete(key);
    for (const [key, link] of links) await this.#open(key, link);
  }

  async #keep(
    key: string,
    { link, opened }: Held<Link, Opened>,
    { now, hasSlept }: { now: Link | undefined; hasSlept: boolean },
  ): Promise<void> {
    const isSame = now !== undefined && JSON.stringify(now) === JSON.stringify(link);
    if (isSame && !hasSlept) return;
    if (!isSame || !(await this.#wake(opened))) await this.#close(key, now);
  }

  /** False: it has to be opened anew. */
  async #wake(opened: Opened): Promise<boolean> {
    try {
      await this.#options.wake?.(opened);
      return this.#options.wake !== undefined;
    } catch {
      return false;
    }
  }

  async #open(key: string, link: Link): Promise<void> {
    if (this.#isStopped || this.#held.has(key)) return;
    const waiting = this.#failed.get(key) ?? 0;
    if (waiting > 0) {
      this.#failed.set(key, waiting - 1);
      return;
    }
    try {
      this.#held.set(key, { link, opened: await this.#options.open(link) });
      this.#failed.delete(key);
    } catch (error) {
      if (!this.#failed.has(key)) this.#options.onProblem({ link, error });
      this.#failed.set(key, LOOKS_BEFORE_RETRY);
    }
  }

  async #close(key: string, now: Link | undefined): Promise<void> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    try {
      if (held) await this.#options.close(held.opened, now);
    } catch (error) {
      this.tellFault(error);
    }
  }
}
