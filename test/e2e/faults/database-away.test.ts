import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { seededBytes } from '../../support/content.ts';
import { databasesOf, SQLITE, type DatabaseEngine } from '../../support/databases.ts';
import { DavClient, type Answer, type RequestOptions } from '../../support/dav-client.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { endProcess, Scratch, until } from '../../support/processes.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { ACCOUNT, Faulty } from './fixture.ts';

const LARGE = seededBytes('large', 300_000);
const ANSWERED_WITHIN_MS = 15_000;
const BACK_WITHIN_MS = 5000;
const WRITERS = 8;

const LOCK_BODY =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';
const NOTE_BODY =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><note xmlns="urn:x">new</note></D:prop></D:set></D:propertyupdate>';

/** What keeps the server from its database, and what it still can do meanwhile. */
interface Outage {
  readonly name: string;
  readonly canRead: boolean;
  begin(databaseUrl: string): Promise<void>;
  end(): Promise<void>;
}

/** Another process that holds SQLite's only lock for writing. */
function lockedSqlite(): Outage {
  let holder: ReturnType<typeof spawn> | undefined;
  const script = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(process.argv[1], { timeout: 10_000 });
    database.exec('BEGIN EXCLUSIVE');
    console.log('locked');
    process.stdin.resume();`;
  return {
    name: 'SQLite, locked by another process',
    canRead: true,
    begin: async (url) => {
      const child = spawn(process.execPath, ['--eval', script, url.slice('sqlite:'.length)], { stdio: 'pipe' });
      holder = child;
      await once(child.stdout, 'data');
    },
    end: async () => {
      if (holder) await endProcess(holder, 5000);
    },
  };
}

const outagesOf = (server: () => Mariadb): Outage[] => [
  {
    name: 'MariaDB, stopped',
    canRead: false,
    begin: () => server().stop(),
    end: () => server().start(),
  },
  {
    name: 'MariaDB, killed',
    canRead: false,
    begin: () => server().kill(),
    end: () => server().start(),
  },
  {
    name: 'MariaDB, stalled',
    canRead: false,
    begin: async () => server().pause(),
    end: async () => server().resume(),
  },
];

function describeOutage(outage: Outage, engine: () => DatabaseEngine): void {
  describe(`a database that is away (${outage.name})`, function () {
    this.timeout(120_000);
    let faulty: Faulty;

    before(async () => {
      faulty = await Faulty.open({ database: engine() });
      for (const name of ['deleted', 'moved', 'copied', 'noted', 'locked', 'small']) await faulty.dav.put(name, name);
      await faulty.dav.put('large', LARGE);
    });
    after(async () => {
      // What was cut off is cleared away with the start, or else a minute later.
      await faulty.server.restart();
      await faulty.closeChecked();
    });

    async function ask(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
      return faulty.dav.request(method, path, { ...options, signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
    }

    async function assertUnavailable(method: string, path: string, options: RequestOptions = {}): Promise<void> {
      const answer = await ask(method, path, options);
      assert.equal(answer.status, 503, `${method} ${path}: ${answer.status} ${answer.body.toString()}`);
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
    }

    const to = (name: string) => ({ headers: { destination: faulty.dav.urlOf(name) } });

    async function assertBack(): Promise<void> {
      const put = async () => {
        const answer = await ask('PUT', 'back', { body: 'back' }).catch(() => undefined);
        return answer !== undefined && answer.status < 300 ? true : undefined;
      };
      await until('changes are taken again', put, { timeoutMs: BACK_WITHIN_MS });
      assert.equal((await faulty.dav.get('back')).toString(), 'back');
    }

    it('answers 503 and when to try again, changes nothing, and goes on when it is back', async () => {
      const { pid } = faulty.server;
      const upload = await RawConnection.open(faulty.server.url);
      await upload.send(`${faulty.head('PUT /dav/large HTTP/1.1', `Content-Length: ${LARGE.length}`)}\r\n\r\n`);
      await upload.send(seededBytes('new', LARGE.length / 2));

      await outage.begin(faulty.server.databaseUrl);
      await upload.send(seededBytes('new', LARGE.length / 2));
      await Promise.all([
        assertUnavailable('PUT', 'small', { body: 'new' }),
        assertUnavailable('PUT', 'large', { body: seededBytes('new', LARGE.length) }),
        assertUnavailable('PUT', 'new', { body: 'new' }),
        assertUnavailable('MKCOL', 'collection'),
        assertUnavailable('DELETE', 'deleted'),
        assertUnavailable('MOVE', 'moved', to('moved-there')),
        assertUnavailable('COPY', 'copied', to('copied-there')),
        assertUnavailable('PROPPATCH', 'noted', { body: NOTE_BODY }),
        assertUnavailable('LOCK', 'locked', { body: LOCK_BODY }),
      ]);
      const reads = [['GET', 'small'] as const, ['HEAD', 'nothing'] as const, ['PROPFIND', ''] as const];
      for (const [method, path] of reads) {
        if (!outage.canRead) await assertUnavailable(method, path, { headers: { depth: '1' } });
      }
      if (outage.canRead) assert.equal((await ask('GET', 'small')).body.toString(), 'small');
      else await assertNobodyIsRefused();
      assert.ok(await upload.answered(1, ANSWERED_WITHIN_MS));
      assert.deepEqual(upload.statuses, [503]);
      upload.reset();

      await outage.end();
      await assertBack();
      assert.equal(faulty.server.pid, pid);
      // A stalled database does what it was asked for when it goes on; nothing was asked of one that was not there.
      if (outage.name.endsWith('stalled')) return;
      const names = [...(await faulty.dav.list('')).keys()];
      for (const name of ['deleted', 'moved', 'copied', 'noted', 'locked', 'small', 'large']) {
        assert.ok(names.includes(name), `${name} is gone`);
      }
      for (const name of ['new', 'collection', 'moved-there', 'copied-there']) assert.ok(!names.includes(name), name);
      assert.equal((await faulty.dav.get('small')).toString(), 'small');
      assert.ok((await faulty.dav.get('large')).equals(LARGE));
    });

    /** Whoever cannot be looked up is not told that the password is wrong. */
    async function assertNobodyIsRefused(): Promise<void> {
      const stranger = new DavClient(faulty.server.davUrl, { ...ACCOUNT, password: 'wrong' });
      try {
        assert.equal((await stranger.request('GET', 'small')).status, 503);
      } finally {
        stranger.close();
      }
      const ready = await fetch(`${faulty.server.url}/readyz`);
      assert.equal(ready.status, 503);
      assert.equal((await fetch(`${faulty.server.url}/healthz`)).status, 200);
    }

    it('is told of at the start, without its password', async () => {
      await faulty.server.end();
      await outage.begin(faulty.server.databaseUrl);
      await assert.rejects(faulty.server.restart(), ({ message }: Error) => {
        assert.match(message, /ended with 1 before it was ready\s+nosocial: the database cannot be reached/);
        return !message.includes('word');
      });
      await outage.end();
      await faulty.server.restart();
    });

    it('loses nothing that was acknowledged when it goes under parallel writes', async () => {
      await faulty.dav.makeCollection('written');
      const content = (name: string) => seededBytes(name, name.endsWith('5') ? 100_000 : 2000);
      const statuses = new Map<string, number>();
      let isOver = false;
      const work = Array.from({ length: WRITERS }, async (_, writer) => {
        for (let count = 0; !isOver; count++) {
          const name = `written/${writer}-${count}`;
          const { status } = await ask('PUT', name, { body: content(name) });
          statuses.set(name, status);
        }
      });
      await until('something is written', () => (statuses.size > 50 ? true : undefined), { timeoutMs: 20_000 });
      await outage.begin(faulty.server.databaseUrl);
      await until(
        'everybody is refused',
        () => ([...statuses.values()].filter((status) => status === 503).length >= WRITERS ? true : undefined),
        { timeoutMs: 2 * ANSWERED_WITHIN_MS },
      );
      await outage.end();
      await assertBack();
      isOver = true;
      await Promise.all(work);

      const listed = await faulty.dav.list('written', '<D:resourcetype/>');
      for (const [name, status] of statuses) {
        assert.ok(status === 201 || status === 503, `PUT ${name}: ${status}`);
        const isThere = listed.has(name.slice('written/'.length));
        if (status === 201) assert.ok(isThere, `${name} was acknowledged, and is not there`);
        if (isThere) assert.ok((await faulty.dav.get(name)).equals(content(name)), `${name} is torn`);
      }
    });
  });
}

describeOutage(lockedSqlite(), () => SQLITE);

describe('MariaDB', () => {
  const stack = new AsyncDisposableStack();
  let server: Mariadb;

  before(async function () {
    this.timeout(60_000);
    const scratch = await Scratch.create('away');
    stack.defer(() => scratch.remove());
    server = stack.use(await startMariadb({ folder: scratch.folder }));
  });
  after(() => stack.disposeAsync());

  for (const outage of outagesOf(() => server)) describeOutage(outage, () => databasesOf(server));
});
