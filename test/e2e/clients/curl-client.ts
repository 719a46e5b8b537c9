import { run, runWell, type Outcome } from '../../support/processes.ts';
import { encodePath } from '../../support/dav-client.ts';
import { parseMultistatus } from '../../support/multistatus.ts';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

/** curl has no words for folders: it sends the methods that it is told, and its listing is the answer itself. */
export const CURL: StockClient = { title: 'curl', open: async (place) => new CurlSession(place) };

/** For large files on a machine that has other work to do. */
const TRANSFER_TIMEOUT_MS = 300_000;
const OPTIONS = ['-sSg', '--fail-with-body', '-K', '-'];

export class CurlSession implements ClientSession {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.run(...this.#argumentsFor(step));
  }

  async list(path: string): Promise<string[]> {
    const answer = await this.run('-X', 'PROPFIND', '-H', 'Depth: 1', this.urlOf(`${path}/`));
    const paths = parseMultistatus(answer).map(({ href }) => decodeURIComponent(href.replace(/\/$/, '')));
    return paths.slice(1).map((found) => found.split('/').at(-1)!);
  }

  async close(): Promise<void> {
    // Nothing lasts longer than a command.
  }

  #argumentsFor(step: Step): string[] {
    const url = this.urlOf(step.path);
    switch (step.do) {
      case 'make-folder':
        return ['-X', 'MKCOL', url];
      case 'upload':
        return ['-T', step.from, url];
      case 'download':
        return ['-o', step.to, url];
      case 'move':
      case 'copy':
        return ['-X', step.do.toUpperCase(), '-H', `Destination: ${this.urlOf(step.to)}`, url];
      case 'remove':
      case 'remove-folder':
        return ['-X', 'DELETE', url];
    }
  }

  /** What it prints when it works. */
  run(...args: string[]): Promise<string> {
    return runWell('curl', [...OPTIONS, ...args], {
      env: this.#place.scratch.env,
      input: this.#account,
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
  }

  /** How it ends, well or not. */
  try(...args: string[]): Promise<Outcome> {
    return run('curl', [...OPTIONS, ...args], {
      env: this.#place.scratch.env,
      input: this.#account,
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
  }

  get #account(): string {
    const { name, password } = this.#place.account;
    return `user = "${name}:${password}"\n`;
  }

  urlOf(path: string): string {
    return this.#place.davUrl + encodePath(path);
  }
}
