import { getAccount, signOut, type Account, type PageSession } from '../api/account.ts';
import { endAhead } from '../api/ahead.ts';
import { whenSignedOut } from '../api/client.ts';
import { belongTo, isOwn } from '../api/owner.ts';
import { isProblem } from '../api/problem.ts';
import { renewSession } from '../api/renewal.ts';
import { router } from './router.svelte.ts';

/** Before the token ends: pictures and films are asked for by the browser itself, which cannot renew it. */
const AHEAD_MS = 2 * 60_000;
const RETRY_MS = 20_000;

/** Who is signed in. */
class Session {
  account = $state.raw<Account>();
  /** It has ended by itself or elsewhere: the page stays as it is below the question to sign in again. */
  isOver = $state(false);
  /** Who has signed in in this browser meanwhile, so that its cookies are theirs; undefined when nobody has. */
  other = $state<string>();
  /** The page came over plain HTTP. */
  isInsecure = $state(location.protocol === 'http:');
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewAtMs = 0;
  /** Of requests that wait for their user to sign in again. */
  #waiting: ((isSignedIn: boolean) => void)[] = [];

  /** Finds out whether this browser has a session; to be called once. Throws `Problem` when nobody can tell. */
  async start(): Promise<void> {
    whenSignedOut((other) => this.#signedInAgain(other));
    document.addEventListener('visibilitychange', () => {
      // A laptop that slept past the token's end.
      if (document.visibilityState === 'visible' && this.account && Date.now() >= this.#renewAtMs) void this.#renew();
    });
    const opened = await renewSession();
    if (opened !== undefined) this.begin(opened);
  }

  begin({ account, tokenSeconds, isInsecure }: PageSession): void {
    const isSame = account.name === this.account?.name;
    belongTo(account);
    this.account = account;
    this.isOver = false;
    this.isInsecure = isInsecure;
    const delayMs = Math.max(RETRY_MS, tokenSeconds * 1000 - AHEAD_MS);
    this.#renewAtMs = Date.now() + delayMs;
    this.#plan(delayMs);
    this.#answerWaiting(isSame);
  }

  /** Reads the account anew: what is used of its quota, its role. */
  async refresh(): Promise<void> {
    this.account = await getAccount();
  }

  async end(): Promise<void> {
    try {
      await signOut();
    } catch (error) {
      if (!isProblem(error, 'not-authenticated')) throw error;
    }
    this.leave();
  }

  /** The user has ended it: whoever signs in next begins anew. */
  leave(): void {
    this.#clear();
    void router.go('/login', { isReplacing: true });
  }

  /** Nobody is signed in: on to signing in, and back here afterwards. */
  forget(): void {
    this.#clear();
    if (router.place.page === 'login') return;
    const next = `${location.pathname}${location.search}`;
    void router.go(`/login?next=${encodeURIComponent(next)}`, { isReplacing: true });
  }

  /** What somebody typed here, and what is being sent, is still there for who signs in again. */
  #lose(other: string | undefined): void {
    clearTimeout(this.#timer);
    this.other = other;
    if (this.account) this.isOver = true;
  }

  async #signedInAgain(other: string | undefined): Promise<boolean> {
    this.#lose(other);
    return this.isOver && new Promise((resolve) => this.#waiting.push(resolve));
  }

  #answerWaiting(isSignedIn: boolean): void {
    for (const answer of this.#waiting.splice(0)) answer(isSignedIn);
  }

  #clear(): void {
    endAhead();
    clearTimeout(this.#timer);
    this.account = undefined;
    this.isOver = false;
    this.#answerWaiting(false);
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), delayMs);
  }

  async #renew(): Promise<void> {
    try {
      const opened = await renewSession();
      if (opened && isOwn(opened)) this.begin(opened);
      else this.#lose(opened?.account.name);
    } catch {
      this.#plan(RETRY_MS);
    }
  }
}

export const session = new Session();
