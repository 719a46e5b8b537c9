import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, openPage, type Watched } from '../e2e/browser/chromium.ts';
import { ApiClient } from './api-client.ts';
import { startServer, type NewTestUser, type ServerOptions, type TestServer } from './server.ts';

/** One server and one browser for a file of tests of the web page. */
export class PageWorld {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly #passwords = new Map<string, string>();
  readonly #visits = new Map<string, Watched>();
  /** Adds the other users: a request takes a tenth of the command's time. */
  #administrator: ApiClient | undefined;

  private constructor(server: TestServer, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async start(options: ServerOptions = {}): Promise<PageWorld> {
    const server = await startServer(options);
    return new PageWorld(server, await launchChromium());
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
    await watched.page.request.post(`${this.server.url}/api/v1/session`, {
      headers: { 'x-requested-with': 'test', origin: this.server.url },
      data: { name, password: this.passwordOf(name) },
    });
    // Only the browser knows the names that lead to this machine.
    const domain = new URL(options.baseURL ?? this.server.url).hostname;
    const context = watched.page.context();
    await context.addCookies((await context.cookies()).map((cookie) => ({ ...cookie, domain })));
    await watched.page.goto(address);
    return watched;
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
    const watched = await this.open(name, address);
    this.#visits.set(name, watched);
    return watched;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/** A window as wide as a phone, with a finger for a pointer. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Waits until the page shows `text` somewhere in its main part. */
export function shown(page: Page, text: string): Promise<void> {
  return page.getByRole('main').getByText(text, { exact: true }).first().waitFor();
}
