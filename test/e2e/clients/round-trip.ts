// What every stock client must be able to do, whatever it is: a client is put behind `StockClient`, and
// `describeRoundTrip` holds it to all of this, on each database. What came of it is looked at by a client of our own.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { seededBytes, sha256 } from '../../support/content.ts';
import { CuttingProxy } from '../../support/cutting-proxy.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { Scratch, until } from '../../support/processes.ts';
import { DIFFICULT_NAMES, hashFolder, hashRemote, sorted, writeSampleTree } from '../../support/sample-tree.ts';
import type { Place } from './fixture.ts';
import { haveManyEntries, MANY, MANY_NAMES, visit, type Visit } from './shared-server.ts';

export type { Place } from './fixture.ts';

/** Paths on the drive are not encoded and have no slash at either end; local ones are absolute. */
export type Step =
  | { do: 'make-folder'; path: string }
  | { do: 'upload'; from: string; path: string }
  | { do: 'download'; path: string; to: string }
  | { do: 'move'; path: string; to: string }
  | { do: 'copy'; path: string; to: string }
  | { do: 'remove'; path: string }
  | { do: 'remove-folder'; path: string };

/** A client that is connected, mounted or ready to be run. */
export interface ClientSession {
  /** One after the other; rejects when the client says that one failed. May be called again while it runs. */
  perform(steps: readonly Step[]): Promise<void>;
  /** The names in a folder, byte for byte as the client shows them: which of `expected`, if it can only be asked for each. */
  list(path: string, expected: readonly string[]): Promise<string[]>;
  /** Resolves when what it did is on the server, and it reads from there again: for clients that do it later. */
  settle?(): Promise<void>;
  close(): Promise<void>;
}

export interface StockClient {
  readonly title: string;
  open(place: Place): Promise<ClientSession>;
  /** Instead of the one that shells, URLs and header parsers may stumble over, for a client that cannot be told that. */
  readonly password?: string;
  /** Difficult names that it cannot carry; its own test file says what it makes of them. */
  readonly leavesOut?: readonly string[];
  /** What its listing makes of a name; without it, just that. */
  readonly shows?: (name: string) => string;
  /** A download that the network cuts goes on by itself; without it the client must say that it failed. */
  readonly resumesDownloads?: boolean;
  /** It says that a file is uploaded before it is, and does not tell when that fails, but tries again. */
  readonly uploadsLater?: boolean;
}

const FOLDER_NAMES = ['a folder 100% #1', 'Ordner-\u00e4', 'Ordner-o\u0308', 'a+b & c;d'];
const CUT_BYTES = 3 * 1024 * 1024;
const CUT_AFTER_BYTES = 1024 * 1024;

/** What a test needs beside the client. */
class Trip {
  readonly #visit: Visit;
  readonly #client: StockClient;
  readonly #stack: AsyncDisposableStack;

  constructor(client: StockClient, visitor: Visit, stack: AsyncDisposableStack) {
    this.#client = client;
    this.#visit = visitor;
    this.#stack = stack;
  }

  get dav(): DavClient {
    return this.#visit.dav;
  }

  get scratch(): Scratch {
    return this.#visit.scratch;
  }

  /** A session at the server, or at a proxy before it. */
  async session(davUrl = this.#visit.davUrl): Promise<ClientSession> {
    const scratch = await Scratch.create('session');
    this.#stack.defer(() => scratch.remove());
    const session = await this.#client.open({ account: this.#visit.account, davUrl, scratch });
    this.#stack.defer(() => session.close());
    return session;
  }

  async proxy(): Promise<CuttingProxy> {
    const proxy = await CuttingProxy.start(this.#visit.davUrl);
    this.#stack.defer(() => proxy.stop());
    return proxy;
  }

  /** A file of that content on this machine. */
  async local(name: string, content: Buffer | string): Promise<string> {
    const file = this.scratch.path('files', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }
}

/** Holds the client to a full round trip, on each database. */
export function describeRoundTrip(client: StockClient): void {
  const names = DIFFICULT_NAMES.filter((name) => !client.leavesOut?.includes(name));

  const shown = (wanted: readonly string[]) => wanted.map((name) => client.shows?.(name) ?? name).sort();

  describeOnDatabases(`${client.title}: a round trip`, function (database) {
    this.timeout(300_000);
    const stack = new AsyncDisposableStack();
    let trip: Trip;
    let dav: DavClient;
    let session: ClientSession;

    before(async () => {
      const name = client.title.replace(/\W+/g, '-').toLowerCase();
      const visitor = await visit(database, name, client.password === undefined ? {} : { password: client.password });
      stack.defer(() => visitor.close());
      trip = new Trip(client, visitor, stack);
      dav = trip.dav;
      session = await trip.session();
    });
    after(() => stack.disposeAsync());

    const settle = async () => session.settle?.();

    /** At once, unless the client is one that uploads later. */
    async function holds(check: () => Promise<void>): Promise<void> {
      if (!client.uploadsLater) return check();
      const attempt = () =>
        check().then(
          () => true,
          () => undefined,
        );
      // What is wrong after that time is told by the check itself.
      await until('what was uploaded', attempt, { timeoutMs: 60_000 }).catch(check);
    }

    it('takes files of every name, empty and large, in deep and wide folders, and gives them back', async () => {
      const local = trip.scratch.path('tree');
      const inFolders = FOLDER_NAMES.map((folder) => `../${folder}/inside #1.txt`);
      const hashes = await writeSampleTree(local, { names: [...names, ...inFolders], many: 30 });
      const uploads = [...hashes].map(([path, hash]): Step => {
        const place = `tree/${path}`;
        return hash === 'collection'
          ? { do: 'make-folder', path: place }
          : { do: 'upload', from: join(local, path), path: place };
      });
      await session.perform([{ do: 'make-folder', path: 'tree' }, ...uploads]);
      await settle();
      await holds(async () => assert.deepEqual(await hashRemote(dav, 'tree'), hashes));

      const back = trip.scratch.path('back');
      const files = [...hashes].filter(([, hash]) => hash !== 'collection');
      for (const [path] of files) await mkdir(dirname(join(back, path)), { recursive: true });
      await session.perform(files.map(([path]) => ({ do: 'download', path: `tree/${path}`, to: join(back, path) })));
      const found = [...(await hashFolder(back))].filter(([, hash]) => hash !== 'collection');
      assert.deepEqual(found, files);
    });

    it('lists names as they were given, also those from another client', async () => {
      await dav.makeCollection('listed');
      for (const name of names) await dav.put(`listed/${name}`, name);
      await dav.makeCollection('listed/a folder');
      await settle();
      const expected = [...names, 'a folder'];
      assert.deepEqual((await session.list('listed', expected)).sort(), shown(expected));
    });

    it('renames to every name, copies and removes', async () => {
      const plain = names.map((_, index) => `plain ${index}`);
      await dav.makeCollection('renamed');
      await dav.makeCollection('renamed/folder');
      await dav.put('renamed/folder/inside.txt', 'inside');
      for (const name of plain) await dav.put(`renamed/${name}`, name);
      await settle();
      const moves = names.map((name, index): Step => {
        return { do: 'move', path: `renamed/plain ${index}`, to: `renamed/${name}` };
      });
      await session.perform([
        ...moves,
        { do: 'move', path: 'renamed/folder', to: 'renamed/another #1 \u00e4' },
        { do: 'copy', path: `renamed/${names[0]!}`, to: 'renamed/a copy' },
        { do: 'remove', path: `renamed/${names[1]!}` },
        { do: 'make-folder', path: 'renamed/short-lived' },
        { do: 'remove-folder', path: 'renamed/short-lived' },
      ]);
      await settle();
      const expected = new Map(names.map((name, index) => [name, sha256(Buffer.from(`plain ${index}`))]));
      expected.delete(names[1]!);
      expected.set('a copy', expected.get(names[0]!)!);
      expected.set('another #1 \u00e4', 'collection');
      expected.set('another #1 \u00e4/inside.txt', sha256(Buffer.from('inside')));
      await holds(async () => assert.deepEqual(await hashRemote(dav, 'renamed'), sorted(expected)));
    });

    it('writes over a file twice in a row, also with as many bytes, and each time it has another etag', async () => {
      await dav.put('over.bin', seededBytes('version 0', 100_000));
      await settle();
      const etags = new Set<string | undefined>();
      for (const version of ['version 1', 'version 2']) {
        const content = seededBytes(version, 100_000);
        await session.perform([{ do: 'upload', from: await trip.local(version, content), path: 'over.bin' }]);
        await settle();
        await holds(async () => assert.ok((await dav.get('over.bin')).equals(content), version));
        etags.add((await dav.expect(200, 'HEAD', 'over.bin')).headers.etag);
      }
      assert.equal(etags.size, 2);
      assert.ok(!etags.has(undefined));
      const back = trip.scratch.path('over.back');
      await session.perform([{ do: 'download', path: 'over.bin', to: back }]);
      assert.equal(sha256(await readFile(back)), sha256(seededBytes('version 2', 100_000)));
    });

    it(`lists ${MANY_NAMES.length} entries, and reads one of them`, async () => {
      await haveManyEntries(database);
      assert.deepEqual((await session.list(MANY, MANY_NAMES)).sort(), shown(MANY_NAMES));
      const name = MANY_NAMES.at(-1)!;
      const back = trip.scratch.path('one of many');
      await session.perform([{ do: 'download', path: `${MANY}/${name}`, to: back }]);
      assert.equal(await readFile(back, 'utf8'), name);
    });

    it('transfers in parallel', async () => {
      await dav.makeCollection('parallel');
      await settle();
      const lanes = Array.from({ length: 6 }, (_, lane) => seededBytes(`lane ${lane}`, 700_000 + lane));
      const files = await Promise.all(lanes.map((content, lane) => trip.local(`lane ${lane}`, content)));
      const upAndDown = files.map(async (from, lane) => {
        const path = `parallel/lane ${lane}`;
        await session.perform([{ do: 'upload', from, path }]);
        await session.perform([{ do: 'download', path, to: `${from} back` }]);
      });
      await Promise.all(upAndDown);
      await settle();
      for (const [lane, content] of lanes.entries()) {
        const path = `parallel/lane ${lane}`;
        await holds(async () => assert.ok((await dav.get(path)).equals(content), `${path} on the server`));
        assert.ok((await readFile(`${files[lane]!} back`)).equals(content), `lane ${lane} back`);
      }
    });

    it('gets a whole file after the network cut its download', async () => {
      const content = seededBytes('cut download', CUT_BYTES);
      await dav.put('cut-down.bin', content);
      const proxy = await trip.proxy();
      const through = await trip.session(proxy.url);
      const to = trip.scratch.path('cut-down.bin');
      const download: Step = { do: 'download', path: 'cut-down.bin', to };
      proxy.cut({ down: CUT_AFTER_BYTES, once: true });
      const attempt = through.perform([download]);
      if (client.resumesDownloads) await attempt;
      else await assert.rejects(attempt);
      assert.equal(proxy.cuts, 1);
      if (!client.resumesDownloads) await through.perform([download]);
      assert.ok((await readFile(to)).equals(content));
    });

    it('leaves the old content when the network cuts an upload, and uploads it whole when it is back', async () => {
      await dav.put('cut-up.bin', 'the old content');
      const content = seededBytes('cut upload', CUT_BYTES);
      const upload: Step = { do: 'upload', from: await trip.local('cut-up.bin', content), path: 'cut-up.bin' };
      const proxy = await trip.proxy();
      const through = await trip.session(proxy.url);
      proxy.cut({ up: CUT_AFTER_BYTES });
      const attempt = through.perform([upload]);
      if (client.uploadsLater) await attempt;
      else await assert.rejects(attempt);
      await until('an upload that is cut', () => proxy.cuts > 0 || undefined, { timeoutMs: 60_000 });
      assert.equal((await dav.get('cut-up.bin')).toString(), 'the old content');
      proxy.pass();
      await through.perform([upload]);
      await through.settle?.();
      await holds(async () => assert.ok((await dav.get('cut-up.bin')).equals(content)));
    });
  });
}
