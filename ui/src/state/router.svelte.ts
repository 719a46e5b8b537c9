import { tick } from 'svelte';

/** Where the page is: `/files/Photos/2024?view=x` is `{page: 'files', segments: ['Photos', '2024'], …}`. */
export interface Place {
  readonly page: string;
  /** Decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** Of the entry in the browser's history: the same after Back and Forward. */
  readonly key: string;
}

interface HistoryState {
  readonly key: string;
}

class Router {
  place = $state.raw<Place>(read());
  /** The last move was Back or Forward: what was scrolled is scrolled there again. */
  isReturning = $state(false);

  start(): void {
    if (stateOf(history.state) === undefined) history.replaceState({ key: newKey() }, '');
    this.place = read();
    addEventListener('popstate', () => {
      this.isReturning = true;
      this.place = read();
    });
    document.addEventListener('click', (event) => this.#follow(event));
  }

  /** Goes to an address of the page. */
  async go(address: string, { isReplacing = false } = {}): Promise<void> {
    if (isHere(address)) history.replaceState({ key: this.place.key }, '', address);
    else if (isReplacing) history.replaceState({ key: newKey() }, '', address);
    else history.pushState({ key: newKey() }, '', address);
    this.isReturning = false;
    this.place = read();
    await tick();
  }

  /** Links within the page need no loading; all others are the browser's. */
  #follow(event: MouseEvent): void {
    if (event.defaultPrevented || isForBrowser(event)) return;
    const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return;
    if (link.origin !== location.origin || !isOwn(link.pathname)) return;
    event.preventDefault();
    if (isWithin(link)) document.getElementById(link.hash.slice(1))?.focus();
    else void this.go(link.href);
  }
}

export const router = new Router();

/** In a new tab or window, or no click with the main button at all. */
function isForBrowser({ button, ctrlKey, metaKey, shiftKey, altKey }: MouseEvent): boolean {
  return button !== 0 || ctrlKey || metaKey || shiftKey || altKey;
}

/** As browsers do: Back does not lead to where one is already. */
function isHere(address: string): boolean {
  return new URL(address, location.href).href === location.href;
}

/** To a part of what is shown: past what stands before it, for the keyboard. */
function isWithin({ hash, pathname, search }: HTMLAnchorElement): boolean {
  return hash !== '' && pathname === location.pathname && search === location.search;
}

/** The first parts of the addresses that are the page's own; the server knows the same (`src/api/page/places.ts`). */
const PAGES = new Set(['', 'login', 'files', 'recent', 'trash', 'search', 'account', 'admin']);

function isOwn(pathname: string): boolean {
  return PAGES.has(pathname.split('/')[1] ?? '');
}

function read(): Place {
  const [page = '', ...segments] = location.pathname.split('/').slice(1).map(decode);
  return {
    page: page || 'files',
    segments: segments.filter((segment) => segment !== ''),
    query: new URLSearchParams(location.search),
    key: stateOf(history.state)?.key ?? '',
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function stateOf(state: unknown): HistoryState | undefined {
  return typeof state === 'object' && state !== null && 'key' in state ? (state as HistoryState) : undefined;
}

/** `crypto.randomUUID` is missing on plain http. */
function newKey(): string {
  return Math.random().toString(36).slice(2);
}

/** The address of a folder, or of a file in its viewer: `/files/Photos/a%20b.jpg`. */
export function addressOf(path: string): string {
  return `/files${path === '/' ? '' : path.split('/').map(encodeURIComponent).join('/')}`;
}
