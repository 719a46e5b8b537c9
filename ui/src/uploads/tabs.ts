/** Long enough for other tabs of this browser to answer. */
const ANSWER_MS = 200;

type Message = { readonly isAsking: true } | { readonly has: readonly string[] };

/** What other tabs are busy with: it is not interrupted. */
export class Tabs {
  readonly #channel = new BroadcastChannel('nosocial.uploads');
  #elsewhere = new Set<string>();

  /** `ownIds`: what this tab is busy with. */
  constructor(ownIds: () => readonly string[]) {
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if ('has' in data) data.has.forEach((id) => this.#elsewhere.add(id));
      else this.#channel.postMessage({ has: ownIds() } satisfies Message);
    });
  }

  async elsewhere(): Promise<ReadonlySet<string>> {
    this.#elsewhere = new Set();
    this.#channel.postMessage({ isAsking: true } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return this.#elsewhere;
  }
}
