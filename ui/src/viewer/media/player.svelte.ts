import { untrack } from 'svelte';
import { checkContent, contentAddress } from '../../api/contents.ts';
import type { FileEntry } from '../../api/files.ts';
import { getPosition, keepPosition } from '../../api/positions.ts';
import { readStored, store } from '../../lib/stored.ts';

const KEEP_EACH_MS = 10_000;
/** Of what is shorter nobody wants to know where they were. */
const SHORT_SECONDS = 60;

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;

/** A film or a piece of music that is played by an element of the page: how fast and loud, and where one was. */
export class Player {
  speed = $state(readStored('player.speed', 1));
  isPaused = $state(true);
  /** In seconds: where one was the last time, until one has said whether to go on there. */
  resumeAt = $state<number>();
  /** It cannot be played: a problem on the way, or (undefined) this browser cannot. */
  failure = $state.raw<{ readonly problem: unknown }>();
  readonly #entry: FileEntry;
  #element: HTMLMediaElement | undefined;
  #keptAtMs = 0;
  #isStarted = false;
  #hasBegun = false;
  /** It is to be played, and does not play yet. */
  #isWanted = false;
  #position: Promise<void> | undefined;
  /** Where it broke the last time: broken there again, it is given up. */
  #brokeAt: number | undefined;

  constructor(entry: FileEntry) {
    this.#entry = entry;
  }

  get element(): HTMLMediaElement | undefined {
    return this.#element;
  }

  /** For the element; its controls are the browser's own. */
  readonly attach = (element: HTMLMediaElement): (() => void) => {
    this.#element = element;
    element.volume = readStored('player.volume', 1);
    element.muted = readStored('player.muted', false);
    element.src = contentAddress(this.#entry);
    // With another speed the element is not another one.
    this.setSpeed(untrack(() => this.speed));
    const parts = this.#listen(element);
    this.#position = this.#findPosition();
    return () => {
      this.#keep();
      parts.abort();
      this.#element = undefined;
      // Or the browser keeps what it loaded, and its connection, for as long as it likes.
      element.pause();
      element.removeAttribute('src');
      element.load();
    };
  };

  /** Plays as soon as it can, unless there is where to go on. */
  begin(): void {
    if (this.#isStarted || this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#position?.then(() => {
      if (this.resumeAt === undefined) this.play();
    });
  }

  play(): void {
    this.#isWanted = true;
    // Browsers refuse it before the first click on a page: then it waits for its button.
    this.#element?.play().catch(() => undefined);
  }

  toggle(): void {
    if (this.#element?.paused) this.play();
    else this.#element?.pause();
  }

  seek(bySeconds: number): void {
    if (this.#element) this.#element.currentTime += bySeconds;
  }

  louder(by: number): void {
    if (this.#element) this.#element.volume = Math.min(1, Math.max(0, this.#element.volume + by));
  }

  toggleMuted(): void {
    if (this.#element) this.#element.muted = !this.#element.muted;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    store('player.speed', speed === 1 ? undefined : speed);
    if (!this.#element) return;
    this.#element.defaultPlaybackRate = this.#element.playbackRate = speed;
  }

  stepSpeed(by: 1 | -1): void {
    const place = SPEEDS.findIndex((speed) => speed >= this.speed);
    const speed = SPEEDS[place + by];
    if (speed !== undefined) this.setSpeed(speed);
  }

  /** Goes on where one was, or from the start. */
  resume(isFromStart: boolean): void {
    const seconds = isFromStart ? 0 : this.resumeAt;
    this.resumeAt = undefined;
    if (this.#element && seconds !== undefined) this.#element.currentTime = seconds;
    this.play();
  }

  retry(): void {
    this.failure = undefined;
    this.#brokeAt = undefined;
  }

  #listen(element: HTMLMediaElement): AbortController {
    const parts = new AbortController();
    const { signal } = parts;
    const on = (type: string, listener: () => void): void => element.addEventListener(type, listener, { signal });
    on('playing', () => (this.#isWanted = false));
    on('play', () => {
      this.isPaused = false;
      this.#isStarted = true;
      this.resumeAt = undefined;
    });
    on('pause', () => {
      this.isPaused = true;
      if (!element.error) this.#isWanted = false;
      this.#keep();
    });
    on('ended', () => this.#keep());
    on('timeupdate', () => {
      if (Date.now() - this.#keptAtMs >= KEEP_EACH_MS && !element.paused) this.#keep();
    });
    on('volumechange', () => {
      store('player.volume', element.volume === 1 ? undefined : element.volume);
      store('player.muted', element.muted || undefined);
    });
    on('ratechange', () => {
      if (element.playbackRate > 0) this.speed = element.playbackRate;
    });
    on('error', () => void this.#mend(element));
    addEventListener('pagehide', () => this.#keep(), { signal });
    return parts;
  }

  async #findPosition(): Promise<void> {
    const position = await getPosition(this.#entry.id).catch(() => undefined);
    if (!position || position.isSeen || this.#isStarted || !this.#element) return;
    if (position.positionMs >= KEEP_EACH_MS) this.resumeAt = position.positionMs / 1000;
  }

  #keep(): void {
    const { currentTime = 0, duration = 0 } = this.#element ?? {};
    if (!this.#isStarted || !Number.isFinite(duration) || duration < SHORT_SECONDS) return;
    this.#keptAtMs = Date.now();
    const [positionMs, durationMs] = [Math.round(currentTime * 1000), Math.round(duration * 1000)];
    // One that is lost is made up for by the next.
    keepPosition(this.#entry.id, { positionMs, durationMs }).catch(() => undefined);
  }

  /** The session ended while the laptop slept, the network went away for a moment; or it is nothing the browser plays. */
  async #mend(element: HTMLMediaElement): Promise<void> {
    const [at, wasPlaying] = [element.currentTime, !element.paused || this.#isWanted];
    const problem = await checkContent(this.#entry).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (this.#element !== element) return;
    const isPlayable = element.readyState > 0 || this.#isStarted;
    if (problem !== undefined || !isPlayable || this.#brokeAt === at) {
      this.failure = { problem };
      return;
    }
    this.#brokeAt = at;
    element.load();
    element.currentTime = at;
    if (wasPlaying) this.play();
  }
}
