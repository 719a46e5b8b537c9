import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FsckReport } from '../../../src/app/fsck-report.ts';
import { DavClient } from '../../support/dav-client.ts';
import { DATABASES } from '../../support/databases.ts';
import { seededBytes } from '../../support/content.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';

const ACCOUNT = { name: 'ann', password: 'a good password' };
const LARGE_BYTES = 100_000;

for (const database of DATABASES) {
  describe(`fsck on ${database.name}`, function () {
    this.timeout(60_000);

    it('finds nothing wrong with what clients did, with a server and without', async () => {
      const server = await startServer({ database });
      try {
        await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
        const dav = new DavClient(server.davUrl, ACCOUNT, 4);
        await dav.makeCollection('folder');
        await dav.put('folder/large', seededBytes('large', LARGE_BYTES));
        await dav.put('folder/Cafe\u0301', 'small');
        await dav.put('folder/Cafe\u0301', 'another content');
        await dav.request('COPY', 'folder', { headers: { destination: dav.urlOf('Workspace/copy') } });
        await dav.request('DELETE', 'folder/large');
        dav.close();
        for (const how of ['with a server', 'without']) {
          const { code, stdout, stderr } = await server.cli(['fsck', '--checksums', '--json']);
          assert.equal(code, 0, `${how}: ${stdout}${stderr}`);
          assert.deepEqual((JSON.parse(stdout) as FsckReport).kinds, []);
          await server.end();
        }
      } finally {
        await server.stop();
      }
    });
  });
}

describe('fsck and scrub', function () {
  this.timeout(60_000);
  let server: TestServer;
  let dav: DavClient;
  const disk = (): string => join(server.dataFolder, 'disk');

  beforeEach(async () => {
    server = await startServer();
    await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
    dav = new DavClient(server.davUrl, ACCOUNT, 8);
  });
  afterEach(async () => {
    dav.close();
    await server.stop();
  });

  async function report(code: number, ...args: string[]): Promise<FsckReport> {
    const outcome = await server.cli([...args, '--json']);
    assert.equal(outcome.code, code, outcome.stdout + outcome.stderr);
    return JSON.parse(outcome.stdout) as FsckReport;
  }

  function damage(...statements: string[]): void {
    const database = new DatabaseSync(join(server.dataFolder, 'nosocial.db'));
    for (const sql of statements) database.exec(sql);
    database.close();
  }

  async function blobFiles(): Promise<string[]> {
    const entries = await readdir(join(disk(), 'blobs'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  const kindsOf = ({ findings }: FsckReport): string[] => findings.map(({ kind }) => kind).sort();

  for (const how of ['beside a server', 'without a server']) {
    it(`names what is wrong and changes nothing, then mends it, ${how}`, async () => {
      await dav.put('large', seededBytes('large', LARGE_BYTES));
      await dav.put('small', 'small');
      assert.deepEqual(kindsOf(await report(0, 'fsck')), []);
      if (how === 'without a server') await server.end();

      damage('UPDATE user SET used_bytes = 1', 'UPDATE disk SET blob_count = 7', 'UPDATE node SET property_count = 3');
      await mkdir(join(disk(), 'blobs/ab/cd'), { recursive: true });
      const orphan = join(disk(), 'blobs/ab/cd', `abcd${'0'.repeat(28)}`);
      await writeFile(orphan, 'orphan');
      await writeFile(join(disk(), 'packs/notes.txt'), 'of somebody');
      // Beside a server what is that young may be half of an upload.
      const isYoung = how === 'beside a server';

      const dry = await report(1, 'fsck', '--dry-run');
      assert.deepEqual(
        new Set(kindsOf(dry)),
        new Set(['disk-totals', 'property-count', 'user-usage', 'foreign-file', ...(isYoung ? [] : ['orphan-blob'])]),
      );
      assert.deepEqual(await report(1, 'fsck', '--dry-run'), dry);

      const mended = await report(1, 'fsck');
      assert.deepEqual(kindsOf(mended), kindsOf(dry));
      await rm(join(disk(), 'packs/notes.txt'));
      assert.deepEqual(kindsOf(await report(0, 'fsck')), []);
      if (isYoung) await rm(orphan);
      else assert.equal(await readFile(join(disk(), 'aside', `abcd${'0'.repeat(28)}`), 'utf8'), 'orphan');
      await server.end();
      assert.deepEqual(await checkStore(server.databaseUrl), []);
    });
  }

  it('raises no false alarm while others write, copy, move and delete', async () => {
    let isOver = false;
    const write = async (name: string): Promise<void> => {
      await dav.makeCollection(name);
      for (let turn = 0; !isOver; turn += 1) {
        const sizeBytes = turn % 2 === 0 ? 500 : LARGE_BYTES;
        await dav.put(`${name}/file`, seededBytes(`${name}${turn}`, sizeBytes));
        const destination = dav.urlOf(`${name}-copy`);
        await dav.request('COPY', name, { headers: { destination } });
        await dav.request('MOVE', `${name}-copy`, {
          headers: { destination: dav.urlOf(`Workspace/${name}${turn % 3}`) },
        });
        await dav.request('DELETE', `Workspace/${name}${(turn + 1) % 3}`);
      }
    };
    const writing = ['a', 'b', 'c', 'd'].map(write);
    for (let run = 0; run < 3; run += 1) {
      assert.deepEqual((await report(0, 'fsck', '--dry-run', '--checksums')).findings, []);
      assert.deepEqual((await report(0, 'fsck')).findings, []);
    }
    isOver = true;
    await Promise.all(writing);
  });

  it('names files whose bytes are missing or too short, and their owner', async () => {
    await dav.makeCollection('folder');
    await dav.put('folder/gone', seededBytes('gone', LARGE_BYTES));
    const [gone] = await blobFiles();
    await dav.put('folder/short', seededBytes('short', LARGE_BYTES));
    const short = (await blobFiles()).find((file) => file !== gone);
    await rm(gone!);
    await truncate(short!, 10);
    const { findings } = await report(1, 'fsck');
    assert.deepEqual(
      findings.map(({ kind, state, files }) => [kind, state, files?.[0]?.owner, files?.[0]?.path]).sort(),
      [
        ['damaged-blob', 'remains', 'ann', '/folder/gone'],
        ['damaged-blob', 'remains', 'ann', '/folder/short'],
      ],
    );
    assert.equal((await server.cli(['fsck'])).code, 1);
  });

  it('says which contents it could not look at', async () => {
    await dav.put('large', seededBytes('large', LARGE_BYTES));
    await server.end();
    await rename(disk(), `${disk()}-away`);
    const { notChecked, findings } = await report(1, 'fsck');
    assert.deepEqual(
      [notChecked.map(({ disk: name, blobCount }) => [name, blobCount]), findings],
      [[['disk1', 1]], []],
    );
    await rename(`${disk()}-away`, disk());
  });

  it('finds every content that is not what was stored', async () => {
    const names = Array.from({ length: 130 }, (_, index) => `f${index}`);
    for (const [index, name] of names.entries()) {
      await dav.put(name, seededBytes(name, index % 3 === 0 ? 1000 + index : LARGE_BYTES + (index % 2)));
    }
    assert.deepEqual(kindsOf(await report(0, 'scrub')), []);
    await server.end();
    const files = await blobFiles();
    for (const file of files.splice(0, 60)) await flip(file, 77);
    const [pack] = await readdir(join(disk(), 'packs'));
    for (let piece = 0; piece < 40; piece += 1) {
      // Pieces of 1000 + 3 * piece bytes, each behind 48 of its record, after the 16 of the pack.
      const offset = 16 + piece * 1048 + (3 * piece * (piece - 1)) / 2 + 48 + 500;
      await flip(join(disk(), 'packs', pack!), offset);
    }
    for (const file of files.splice(0, 10)) await truncate(file, 50_000);
    for (const file of files.splice(0, 5)) await rm(file);
    const [one, other] = files.splice(0, 2);
    await rename(one!, `${disk()}/swap`);
    await rename(other!, one!);
    await rename(`${disk()}/swap`, other!);

    const { findings, checked } = await report(1, 'scrub');
    assert.equal(checked.blobs, 130);
    assert.equal(findings.length, 117);
    assert.equal(new Set(findings.map(({ files: affected }) => affected?.[0]?.path)).size, 117);
    const quick = await report(1, 'fsck', '--dry-run');
    assert.ok(quick.findings.length < 117);
    assert.equal((await report(1, 'fsck', '--dry-run', '--checksums')).findings.length, 117);
  });
});

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = bytes[at]! ^ 1;
  await writeFile(file, bytes);
}
