import { ApiClient, type ApiAnswer, type ApiCall } from '../../support/api-client.ts';

interface Kept {
  readonly value: string;
  readonly path: string;
}

/** A page of the server in a browser, as far as it keeps cookies and says where it stands. */
export class Page {
  readonly #url: string;
  readonly #cookies = new Map<string, Kept>();

  constructor(url: string) {
    this.#url = url;
  }

  static async signIn(url: string, user: { name: string; password: string; code?: string }): Promise<Page> {
    const page = new Page(url);
    await page.ok('signIn', { body: user });
    return page;
  }

  /** The same browser at another time. */
  copy(): Page {
    const page = new Page(this.#url);
    for (const [name, kept] of this.#cookies) page.#cookies.set(name, kept);
    return page;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  async call(id: string, call: ApiCall = {}): Promise<ApiAnswer> {
    return this.#keep(await this.#client(id).call(id, call));
  }

  async ok(id: string, call: ApiCall = {}): Promise<ApiAnswer> {
    return this.#keep(await this.#client(id).ok(id, call));
  }

  async refused(...args: Parameters<ApiClient['refused']>): Promise<{ detail: string } & Record<string, unknown>> {
    return this.#client(args[0]).refused(...args);
  }

  /** The renewal goes to the paths that it is for. */
  #client(id: string): ApiClient {
    const isForRenewal = ['signIn', 'signInWithCode', 'renewSession', 'signOut'].includes(id);
    const sent = [...this.#cookies].filter(([, { path }]) => path === '/' || isForRenewal);
    const headers = { Origin: this.#url, 'X-Requested-With': 'nosocial' };
    const cookie = sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    return new ApiClient(this.#url, cookie === '' ? headers : { ...headers, Cookie: cookie });
  }

  #keep(answer: ApiAnswer): ApiAnswer {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; Path=([^;]+)/.exec(line)?.[1] ?? '/';
      if (/; Max-Age=0\b/.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
    return answer;
  }
}
