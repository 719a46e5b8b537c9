import { request as httpRequest, type ClientRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { seededBytes } from '../../support/content.ts';
import { DavClient } from '../../support/dav-client.ts';
import type { TestServer } from '../../support/server.ts';
import { ContestedFile } from './contested.ts';
import { readTrees, reconcile } from './verify.ts';
import { Writer } from './writer.ts';

const WRITERS = 16;
const CONTESTED = 2;
/** More than one transaction copies at once, so that a copy is made out of sight first. */
const BIG_FOLDER = 1100;
const ACCOUNT = { name: 'crash', password: 'crash-secret' };

/** All that write to one server until it is cut off, again and again, and what it must hold then. */
export class Arena {
  readonly dav: DavClient;
  readonly writers: Writer[];
  readonly contested: ContestedFile[];
  readonly #seed: number;
  #rounds = 0;

  private constructor(davUrl: string, seed: number) {
    this.#seed = seed;
    this.dav = new DavClient(davUrl, ACCOUNT, 64);
    this.writers = Array.from({ length: WRITERS }, (_, index) => new Writer(this.dav, `w${index}`, seed + index));
    this.contested = Array.from({ length: CONTESTED }, (_, i) => new ContestedFile(this.dav, `crash/contested-${i}`));
  }

  /** Adds a user to a new server, which must keep its address through all restarts. */
  static async open(server: TestServer, seed: number): Promise<Arena> {
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password, quota: '1TB' });
    const arena = new Arena(server.davUrl, seed);
    for (const folder of ['', '/shared', '/big', ...arena.writers.map(({ name }) => `/${name}`)]) {
      await arena.dav.makeCollection(`crash${folder}`);
    }
    const names = Array.from({ length: BIG_FOLDER }, (_, index) => `crash/big/${index}`);
    const fill = async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) await arena.dav.put(name, name);
    };
    await Promise.all(Array.from({ length: WRITERS }, fill));
    return arena;
  }

  close(): void {
    this.dav.close();
  }

  /** Lets all write for `afterMs`, then has the server `cutOff`; gives how many operations it acknowledged. */
  async writeUntil(afterMs: number, cutOff: () => Promise<void>): Promise<number> {
    const round = this.#rounds++;
    let isOver = false;
    const before = this.#acknowledged();
    const stalled = this.#startStalledUpload();
    const work = [
      ...this.writers.map((writer) => writer.work(() => isOver)),
      ...this.contested.map((file, index) => file.work(`${this.#seed}-${round}-${index}`, () => isOver)),
      this.#copyBigFolder(afterMs, () => isOver),
    ];
    const settled = Promise.allSettled(work);
    const failed = Promise.all(work).then(() => undefined);
    failed.catch(() => undefined);
    await Promise.race([delay(afterMs), failed]);
    isOver = true;
    await cutOff();
    stalled.destroy();
    const failure = (await settled).find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
    return this.#acknowledged() - before;
  }

  #acknowledged(): number {
    return [...this.writers, ...this.contested].reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** Half a file that is never finished: certainly under way when the server is killed. */
  #startStalledUpload(): ClientRequest {
    const upload = httpRequest(this.dav.urlOf('crash/stalled'), {
      method: 'PUT',
      headers: { authorization: this.dav.authorization, 'content-length': 1_000_000 },
    });
    upload.on('error', () => undefined);
    upload.write(seededBytes('stalled', 500_000));
    return upload;
  }

  /** Starts a copy that takes many transactions, not long before the end. */
  async #copyBigFolder(afterMs: number, isOver: () => boolean): Promise<void> {
    await delay(afterMs * 0.9);
    const destination = this.dav.urlOf('crash/big-copy');
    await this.dav.request('COPY', 'crash/big', { headers: { destination } }).catch((error: unknown) => {
      if (!isOver()) throw error;
    });
  }

  /** Everything that is wrong with what the server holds after the kill; what is right is what counts from now on. */
  async verify(): Promise<string[]> {
    const trees = await readTrees(this.dav, this.writers);
    const wrong = this.writers.flatMap((writer) => reconcile(writer, trees.get(writer)!));
    for (const file of this.contested) wrong.push(...(await file.verify()));
    return [...wrong, ...(await this.#verifyRoot())];
  }

  async #verifyRoot(): Promise<string[]> {
    const wrong: string[] = [];
    const root = new Set((await this.dav.list('crash')).keys());
    if (root.delete('big-copy')) {
      const copied = (await this.dav.list('crash/big-copy', '<D:resourcetype/>')).size;
      if (copied !== BIG_FOLDER) wrong.push(`big-copy has ${copied} of ${BIG_FOLDER} files`);
      await this.dav.expect(204, 'DELETE', 'crash/big-copy');
    }
    const known = [
      'shared',
      'big',
      ...this.writers.map(({ name }) => name),
      ...this.contested.map(({ path }) => path.slice(6)),
    ];
    for (const name of known) root.delete(name);
    return [...wrong, ...[...root].map((name) => `crash/${name} should not be there`)];
  }
}
