import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage, type Watched } from '../e2e/browser/chromium.ts';
import { ApiClient } from './api-client.ts';
import { endChromium, keepBrowser, keptBrowser, sharedChromium } from './kept-browsers.ts';
import { startServer, type NewTestUser, type ServerOptions, type TestServer } from './server.ts';

/** Where all servers of a test process listen, one after the other: browsers keep the scripts by address. */
let address = '127.0.0.1:0';

/** A server and a browser for a file of tests of the web page. */
export class PageWorld {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly #passwords = new Map<string, string>();
  readonly #visits = new Map<string, Watched>();
  readonly #opened = new Set<Watched>();
  /** Adds the other users: a request takes a tenth of the command's time. */
  #administrator: ApiClient | undefined;

  private constructor(server: TestServer, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async start(options: ServerOptions = {}): Promise<PageWorld> {
    // Somebody else may have taken the port meanwhile.
    const started = startServer({ listen: address, ...options }).catch(() => startServer(options));
    const [server, browser] = await Promise.all([started, sharedChromium()]);
    address = new URL(server.url).host;
    return new PageWorld(server, browser);
  }

  async addUser(name: string, user: Partial<NewTestUser> = {}): Promise<void> {
    const password = user.password ?? `password of ${name}`;
    this.#passwords.set(name, password);
    const { role = 'advanced', quota } = user;
    if (this.#administrator && quota === undefined) {
      await this.#administrator.ok('createUser', { body: { name, password, role } });
      return;
    }
    await this.server.addUser(name, { ...user, password });
    if (role === 'admin') this.#administrator = await this.api(name);
  }

  /** The API as a user uses it, to prepare what the page shows and to see what it did. */
  api(name: string): Promise<ApiClient> {
    return ApiClient.login(this.server.url, { name, password: this.passwordOf(name) });
  }

  passwordOf(name: string): string {
    return this.#passwords.get(name) ?? '';
  }

  /** A browser of its own in which `name` is signed in, at an address of the page. */
  async open(name: string, address = '/files', options: BrowserContextOptions = {}): Promise<Watched> {
    const watched = await openPage(this.browser, { baseURL: this.server.url, ...options });
    this.#opened.add(watched);
    await this.signIn(watched, name, options.baseURL);
    await watched.page.goto(address);
    return watched;
  }

  /**
   * The same in a browser that other tests have used and closed, which takes a quarter of the time. Not for what looks
   * at the first visit, the clock or the network.
   */
  async reopen(name: string, address = '/files', options: BrowserContextOptions = {}): Promise<Watched> {
    const kind = { baseURL: this.server.url, ...options };
    const browser = await keptBrowser(kind);
    const close = async (): Promise<void> => {
      this.#opened.delete(watched);
      await keepBrowser(browser, kind);
    };
    const watched: Watched = { ...browser, close };
    this.#opened.add(watched);
    await this.signIn(watched, name, options.baseURL);
    await watched.page.goto(address);
    return watched;
  }

  /** As in any tab of that browser; all of them are that user's from then on. */
  async signIn({ page }: Pick<Watched, 'page'>, name: string, baseURL = this.server.url): Promise<void> {
    if (!this.#passwords.has(name)) return;
    await page.request.post(`${this.server.url}/api/v1/session`, {
      headers: { 'x-requested-with': 'test', origin: this.server.url },
      data: { name, password: this.passwordOf(name) },
    });
    // Only the browser knows the names that lead to this machine.
    const domain = new URL(baseURL).hostname;
    const context = page.context();
    await context.addCookies((await context.cookies()).map((cookie) => ({ ...cookie, domain })));
  }

  /** The browser that `name` has for all of the file, at another address: nobody signs in again for each test. */
  async visit(name: string, address: string): Promise<Watched> {
    const known = this.#visits.get(name);
    if (known) {
      await known.page.unrouteAll({ behavior: 'ignoreErrors' });
      known.complaints.length = 0;
      await known.page.goto(address);
      return known;
    }
    const watched = await this.reopen(name, address);
    this.#visits.set(name, watched);
    return watched;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#opened].map(({ close }) => close()));
    await endChromium();
    await this.server.stop();
  }
}

/** A window as wide as a phone, with a finger for a pointer. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/**
 * Waits until the page finds `expression` true. `waitForFunction` looks once and then fails: the page's policy forbids
 * to evaluate a text, which it does again for each look.
 */
export async function holds(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((resolve, reject) => {
    const look = () => {
      try {
        if (${expression}) resolve(true);
        else setTimeout(look, 20);
      } catch (error) {
        reject(error);
      }
    };
    look();
  })`);
}

/** Waits until the page shows `text` somewhere in its main part. */
export function shown(page: Page, text: string): Promise<void> {
  return page.getByRole('main').getByText(text, { exact: true }).first().waitFor();
}
