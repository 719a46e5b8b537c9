import assert from 'node:assert/strict';
import type { DiskView } from '../../../src/app/requests.ts';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { DavClient } from '../../support/dav-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { Commands, readJson, runBadly, runWell, type HasCommands } from './fixture.ts';

interface Setting {
  readonly what: string;
  readonly on: () => HasCommands;
  readonly folder: (name: string) => string;
}

const USER = {
  name: 'anna',
  role: 'advanced',
  state: 'active',
  isDisabled: false,
  quotaBytes: 2e9,
  usedBytes: 0,
  reservedBytes: 0,
  bandwidthBytesPerSecond: 0,
};

/** What must be the same whether or not a server runs. */
function describeCommands({ what, on, folder }: Setting): void {
  describe(what, () => {
    it('adds, lists, shows, changes and removes users', async () => {
      const added = await readJson(on(), 'user add anna --role advanced --quota 2GB --password-stdin', 'secret-word\n');
      const { createdAt, ...user } = added as typeof USER & { createdAt: string };
      assert.deepEqual(user, USER);
      assert.match(createdAt, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      assert.deepEqual(await readJson(on(), 'user list'), [added]);
      assert.deepEqual(await readJson(on(), 'user show anna'), added);
      assert.match(
        (await runWell(on(), 'user list')).out,
        /^NAME +ROLE +USED +QUOTA +SINCE\nanna +advanced +0B +2GB +2/,
      );
      assert.match((await runWell(on(), 'user show anna')).out, /^name: +anna\nrole: +advanced\nstate: +enabled\n/);

      const changes: [line: string, want: object][] = [
        ['user role anna admin', { role: 'admin' }],
        ['user quota anna 1.5GiB', { quotaBytes: 1.5 * 2 ** 30 }],
        ['user bandwidth anna 2MB/s', { bandwidthBytesPerSecond: 2e6 }],
        ['user bandwidth anna none', { bandwidthBytesPerSecond: 0 }],
        ['user disable anna', { isDisabled: true, state: 'disabled' }],
        ['user enable anna', { isDisabled: false, state: 'active' }],
      ];
      let expected = added as object;
      for (const [line, want] of changes) {
        expected = { ...expected, ...want };
        assert.deepEqual(await readJson(on(), line), expected, line);
      }
      assert.deepEqual(await readJson(on(), 'user passwd anna --password-stdin', 'other-secret'), expected);
      assert.match((await runWell(on(), 'user remove anna')).said, /anna is removed/);
      assert.deepEqual(await readJson(on(), 'user list'), []);
    });

    it('says what stands in the way of a change of users', async () => {
      await runWell(on(), 'user add bert --role normal --password-stdin', 'secret-word');
      const add = 'user add bert --role normal --password-stdin';
      assert.match(await runBadly(on(), 4, add, 'secret-word'), /bert/);
      assert.match(await runBadly(on(), 2, 'user add carl --role normal --password-stdin', 'short'), /at least 8 char/);
      assert.match(await runBadly(on(), 2, 'user add a:b --role normal --password-stdin', 'secret-word'), /":"/);
      for (const line of ['show', 'disable', 'enable', 'remove', 'role', 'quota']) {
        const rest = { role: ' admin', quota: ' 1GB' }[line] ?? '';
        assert.match(await runBadly(on(), 3, `user ${line} nobody${rest}`), /there is no user "nobody"/);
      }
      assert.match(await runBadly(on(), 2, 'user bandwidth bert 1kB'), /at least 10000 bytes a second/);
      assert.match(await runBadly(on(), 3, 'user app-passwords nobody'), /no user "nobody"/);
      assert.match(await runBadly(on(), 3, 'user revoke bert 7'), /no app password with the number 7/);
      assert.match(await runBadly(on(), 3, 'user passwd nobody --password-stdin', 'secret-word'), /no user "nobody"/);
      await runWell(on(), 'user remove bert');
    });

    it('adds, lists, shows and removes disks', async () => {
      const path = folder('extra');
      const added = await readJson(on(), `disk add ${path} --name extra --reserve 10MB`);
      const { freeBytes, totalBytes, availableBytes, ...disk } = added as DiskView;
      const counts = { promisedBytes: 0, blobCount: 0, blobBytes: 0 };
      assert.deepEqual(disk, { name: 'extra', path, state: 'up', reserveBytes: 10e6, ...counts });
      assert.ok(freeBytes > 0 && totalBytes > freeBytes && availableBytes === freeBytes - 10e6);
      const names = async () => ((await readJson(on(), 'disk list')) as { name: string }[]).map(({ name }) => name);
      assert.ok((await names()).includes('extra'));
      assert.match((await runWell(on(), 'disk list')).out, /^NAME +STATE +FREE +SIZE +RESERVE +BLOBS +STORED +PATH\n/);
      assert.match((await runWell(on(), 'disk show extra')).out, /^name: +extra\n[^]*state: +up\n/);
      const removed = await runWell(on(), 'disk remove extra');
      assert.ok(removed.said.includes(`its folder ${path} stays`));
      assert.ok(!(await names()).includes('extra'));
    });

    it('says what stands in the way of a change of disks', async () => {
      const path = folder('used');
      await mkdir(path, { recursive: true });
      await writeFile(`${path}/photo.jpg`, 'not ours');
      assert.match(await runBadly(on(), 4, `disk add ${path}`), /is not empty and no disk: it holds "photo.jpg"/);
      assert.match(await runBadly(on(), 3, 'disk show nowhere'), /there is no disk "nowhere"; `nosocial disk list`/);
      await runBadly(on(), 3, 'disk remove nowhere');
      await rm(path, { recursive: true });
    });

    it('knows the trash and the versions of a user who has none', async () => {
      await runWell(on(), 'user add dora --role advanced --password-stdin', 'secret-word');
      assert.deepEqual(await readJson(on(), 'trash list --user dora'), []);
      assert.match((await runWell(on(), 'trash list --user dora')).said, /the trash of dora is empty/);
      assert.match((await runWell(on(), 'trash purge --user dora --all --yes')).said, /^0 removed for good/);
      await runBadly(on(), 3, 'trash list --user nobody');
      await runBadly(on(), 3, 'trash restore 99 --user dora');
      await runBadly(on(), 3, 'trash purge 99 --user dora');
      await runBadly(on(), 3, 'versions list nowhere.txt --user dora');
      await runBadly(on(), 2, 'versions list ../x --user dora');
      await runBadly(on(), 4, 'setup-link');
      await runWell(on(), 'user remove dora');
    });

    it('prints the settings and where they come from', async () => {
      const { out } = await runWell(on(), 'config --listen 127.0.0.1:9');
      assert.match(out, /^data: ".*" +# NOSOCIAL_DATA\nlisten: "127\.0\.0\.1:9" +# --listen\n/);
      const settings = (await readJson(on(), 'config')) as { key: string; value: unknown; source: string }[];
      assert.deepEqual(
        settings.find(({ key }) => key === 'listen'),
        { key: 'listen', value: '[::]:8080', source: 'default' },
      );
      assert.deepEqual(
        settings.find(({ key }) => key === 'accounts.registration'),
        { key: 'accounts.registration', value: 'closed', source: 'profile family' },
      );
    });
  });
}

describe('the commands', function () {
  this.timeout(60_000);
  let commands: Commands;
  let server: TestServer;

  before(async () => {
    commands = await Commands.create();
    server = await startServer();
  });
  after(async () => {
    await server.stop();
    await commands.remove();
  });

  describeCommands({ what: 'without a server', on: () => commands, folder: (name) => commands.scratch.path(name) });
  describeCommands({ what: 'through a running server', on: () => server, folder: (name) => server.scratch.path(name) });
});

describe('commands on the files of a running server', function () {
  this.timeout(60_000);
  const anna = { name: 'anna', password: 'secret-word' };
  let server: TestServer;
  let dav: DavClient;

  before(async () => {
    server = await startServer();
    await server.addUser(anna.name, { password: anna.password });
    dav = new DavClient(server.davUrl, anna);
  });
  after(async () => {
    dav.close();
    await server.stop();
  });

  interface Entry {
    number: number;
    path: string;
    kind: string;
    sizeBytes: number;
  }
  const trash = async () => (await readJson(server, 'trash list --user anna')) as Entry[];

  it('list the trash with paths, and restore from it', async () => {
    await dav.makeCollection('Mere/plans');
    await dav.put('Mere/plans/a.txt', 'one');
    await dav.put('Workspace/b.txt', 'three');
    await dav.expect(204, 'DELETE', 'Mere/plans/a.txt');
    await dav.expect(204, 'DELETE', 'Workspace/b.txt');
    const entries = await trash();
    const seen = entries.map(({ path, kind, sizeBytes }) => ({ path, kind, sizeBytes }));
    assert.deepEqual(
      new Set(seen),
      new Set([
        { path: 'Workspace/b.txt', kind: 'file', sizeBytes: 5 },
        { path: 'Mere/plans/a.txt', kind: 'file', sizeBytes: 3 },
      ]),
    );
    assert.match(
      (await runWell(server, 'trash list --user anna')).out,
      /^NUMBER +DELETED +SIZE +PATH\n[^]*Mere\/plans\/a\.txt\n/,
    );

    const { number } = entries.find(({ path }) => path === 'Mere/plans/a.txt')!;
    assert.match((await runWell(server, `trash restore ${number} --user anna`)).said, /is back as "a\.txt"/);
    assert.equal((await dav.get('Mere/plans/a.txt')).toString(), 'one');
  });

  it('purge the trash, one or all', async () => {
    const [entry] = await trash();
    await runWell(server, `trash purge ${entry!.number} --user anna`);
    assert.deepEqual(await trash(), []);
    await dav.expect(204, 'DELETE', 'Mere/plans');
    assert.match((await runWell(server, 'trash purge --all --yes --user anna')).said, /^1 removed for good/);
    assert.deepEqual(await trash(), []);
  });

  it('list versions and bring one back', async () => {
    await dav.put('Mere/essay.txt', 'first');
    await dav.put('Mere/essay.txt', 'second!');
    interface Version {
      number: number;
      sizeBytes: number;
      modifiedAt: string;
      replacedAt: string;
    }
    const versions = (await readJson(server, 'versions list /Mere/essay.txt --user anna')) as Version[];
    assert.deepEqual(
      versions.map(({ sizeBytes }) => sizeBytes),
      [5],
    );
    assert.match((await runWell(server, 'versions list Mere/essay.txt --user anna')).out, /^NUMBER +MODIFIED/);
    await runWell(server, `versions restore Mere/essay.txt ${versions[0]!.number} --user anna`);
    assert.equal((await dav.get('Mere/essay.txt')).toString(), 'first');
    await runBadly(server, 3, `versions restore Mere/essay.txt 999999 --user anna`);
  });

  it('refuse to remove a user or a disk that holds files', async () => {
    assert.match(await runBadly(server, 4, 'user remove anna'), /is not empty/);
    assert.match(await runBadly(server, 4, 'disk remove disk1'), /holds/);
  });

  it('hold from the next request on', async () => {
    await runWell(server, 'user passwd anna --password-stdin', 'another-word');
    await dav.expect(401, 'PROPFIND', '');
    const other = new DavClient(server.davUrl, { name: 'anna', password: 'another-word' });
    try {
      await other.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
      await runWell(server, 'user disable anna');
      await other.expect(401, 'PROPFIND', '', { headers: { depth: '0' } });
      await runWell(server, 'user enable anna');
      await other.expect(207, 'PROPFIND', '', { headers: { depth: '0' } });
    } finally {
      other.close();
    }
  });

  it('leave traces in the audit log, and no password anywhere', async () => {
    const audit = await readFile(`${server.dataFolder}/audit.log`, 'utf8');
    const actions = audit
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { action: string }).action);
    for (const action of ['user-added', 'password-changed', 'user-disabled', 'user-enabled', 'restored', 'purged']) {
      assert.ok(actions.includes(action), action);
    }
    for (const text of [audit, server.stdout, server.stderr]) assert.doesNotMatch(text, /secret-word|another-word/);
  });
});
