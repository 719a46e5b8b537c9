import assert from 'node:assert/strict';
import { setupRoutes } from '../../../src/api/setup/routes.ts';
import { ensureSetupToken, setupPath } from '../../../src/api/setup/token.ts';
import { PasswordHasher } from '../../../src/auth/password.ts';
import { MemoryBlobStore } from '../../../src/blobs/memory.ts';
import type { Core } from '../../../src/core/core.ts';
import { createUser } from '../../../src/core/users.ts';
import { createSite } from '../../../src/http/site.ts';
import type { Server } from '../../../src/http/server.ts';
import { Slots } from '../../../src/lib/slots.ts';
import { Turns } from '../../../src/lib/turns.ts';
import { openSqliteStore } from '../../../src/meta/sqlite/store.ts';
import { silentLog } from '../../support/silent-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeEngine, fakeHash } from '../../auth/fixture.ts';
import { startServer } from '../../http/fixture.ts';
import { Scratch } from '../../support/processes.ts';

const GOOD = { name: 'Ann', password: 'correct horse', repeated: 'correct horse' };

describe('setting up', () => {
  let scratch: Scratch;
  let core: Core;
  let server: Server;
  let url: string;
  let link: string;
  let done: object[];

  beforeEach(async () => {
    scratch = await Scratch.create('setup');
    const clock = new FakeClock();
    core = {
      store: await openSqliteStore({ file: scratch.path('metadata.db'), clock }),
      blobs: await MemoryBlobStore.open(),
      clock,
      settings: {
        defaultQuotaBytes: 1000,
        versionsKept: 10,
        versionsKeptMs: 0,
        trashKeptMs: 0,
        uploadsKeptMs: 0,
        maxLocksPerUser: 1,
        maxLockTimeoutSeconds: 60,
        accounts: { registration: 'closed', newRole: 'advanced', adminsOpenHomes: false },
      },
      runningUploads: new Set(),
      runningRemovals: new Set(),
      reclaiming: new Slots(1),
      searching: new Turns(1),
    };
    done = [];
    const routes = setupRoutes({
      core,
      hasher: new PasswordHasher(new FakeEngine()),
      publicUrl: undefined,
      visit: async (_request, response, { name }) => {
        response.send(`led on as ${name}`);
      },
      onDone: (administrator) => done.push(administrator),
    });
    ({ server, url } = await startServer({ site: createSite([routes], silentLog()) }));
    link = url + setupPath((await ensureSetupToken(core))!);
  });
  afterEach(async () => {
    await server.close(0);
    await core.blobs.close();
    await core.store.close();
    await scratch.remove();
  });

  async function submit(form: Partial<typeof GOOD>, headers: Record<string, string> = {}, to = link) {
    const answer = await fetch(to, { method: 'POST', body: new URLSearchParams(form), headers });
    return { status: answer.status, text: await answer.text() };
  }
  async function open(path: string) {
    const answer = await fetch(path);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }

  it('has one secret link until there is a user', async () => {
    assert.match(link, /\/setup\/[\w-]{43}$/);
    assert.equal(url + setupPath((await ensureSetupToken(core))!), link);
    await createUser(core, { name: 'bob', passwordHash: 'x', role: 'normal', quotaBytes: undefined });
    assert.equal((await open(link)).status, 404);
    assert.equal(await ensureSetupToken(core), undefined);
    assert.equal(await core.store.getSetting('setup_token'), undefined);
  });

  it('shows on the start page that it waits, without the link', async () => {
    const { status, text } = await open(`${url}/`);
    assert.equal(status, 200);
    assert.match(text, /waits to be set up/);
    assert.ok(!text.includes(link.split('/').at(-1)!));
  });

  it('serves the form to whoever has the link, without scripts', async () => {
    const { status, text, headers } = await open(link);
    assert.equal(status, 200);
    assert.match(text, /<label for="name">/);
    assert.doesNotMatch(text, /<script|style=|onclick/);
    assert.match(headers.get('content-security-policy')!, /default-src 'none'/);
    assert.match(headers.get('content-security-policy')!, /frame-ancestors 'none'/);
    assert.doesNotMatch(headers.get('content-security-policy')!, /unsafe-inline/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-powered-by'), null);
    const style = /href="([^"]+\.css)"/.exec(text)![1]!;
    assert.match((await open(url + style)).headers.get('content-type')!, /text\/css/);
  });

  it('makes the administrator once, leads on, and forgets the link', async () => {
    const { status, text } = await submit(GOOD);
    assert.equal(status, 200);
    assert.equal(text, 'led on as Ann');
    const ann = await core.store.findUser('ann');
    assert.deepEqual([ann?.name, ann?.role, ann?.passwordHash], ['Ann', 'admin', fakeHash('correct horse')]);
    assert.deepEqual(done, [{ name: 'Ann', address: '127.0.0.1' }]);
    assert.equal((await open(link)).status, 404);
    assert.equal((await submit({ ...GOOD, name: 'Bob' })).status, 404);
    assert.equal(await core.store.getSetting('setup_token'), undefined);
  });

  it('lets exactly one of many submissions win', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `admin${index}`);
    const answers = await Promise.all(names.map((name) => submit({ ...GOOD, name })));
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 1);
    assert.equal(statuses.filter((status) => status === 404).length, 9);
    assert.equal((await core.store.listUsers({ limit: 100 })).length, 1);
  });

  describe('refuses, and keeps what was typed except passwords,', () => {
    const cases: [what: string, form: Partial<typeof GOOD>, problem: RegExp][] = [
      ['no name', { ...GOOD, name: ' ' }, /choose a name/],
      ['a name with a colon', { ...GOOD, name: 'a:b' }, /may not hold &quot;:&quot;/],
      ['a name too long', { ...GOOD, name: 'x'.repeat(65) }, /at most 64 characters/],
      ['a short password', { ...GOOD, password: 'short', repeated: 'short' }, /at least 8 characters/],
      ['passwords that differ', { ...GOOD, repeated: 'another one' }, /passwords differ/],
      ['nothing at all', {}, /choose a name/],
      ['markup', { ...GOOD, name: '<b>"x"</b>', repeated: '' }, /value="&lt;b&gt;&quot;x&quot;&lt;\/b&gt;"/],
    ];
    for (const [what, form, problem] of cases) {
      it(what, async () => {
        const { status, text } = await submit(form);
        assert.equal(status, 400);
        assert.match(text, problem);
        assert.match(text, /role="alert"/);
        assert.match(text, /aria-invalid="true"/);
        assert.doesNotMatch(text, /correct horse|value="short"/);
        assert.equal(await core.store.hasUsers(), false);
      });
    }
  });

  describe('takes forms of its own page only:', () => {
    const cases: [what: string, headers: Record<string, string>, status: number][] = [
      ['from the same origin', { 'Sec-Fetch-Site': 'same-origin' }, 200],
      ['from another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
      ['from another part of the site', { 'Sec-Fetch-Site': 'same-site' }, 403],
      ['with a foreign origin', { Origin: 'http://evil.example' }, 403],
      ['with no origin to name', { Origin: 'null' }, 403],
    ];
    for (const [what, headers, status] of cases) {
      it(what, async () => {
        assert.equal((await submit(GOOD, headers)).status, status);
        assert.equal(await core.store.hasUsers(), status === 200);
      });
    }

    it('with its own origin', async () => {
      assert.equal((await submit(GOOD, { Origin: url })).status, 200);
    });
  });

  it('refuses bodies that are too large or of another kind', async () => {
    assert.equal((await submit({ ...GOOD, name: 'x'.repeat(20_000) })).status, 413);
    const json = await fetch(link, {
      method: 'POST',
      body: JSON.stringify(GOOD),
      headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(json.status, 400);
    assert.equal(await core.store.hasUsers(), false);
  });

  it('holds back who guesses links, and never the right one', async () => {
    for (let guess = 0; guess < 10; guess++) assert.equal((await open(`${url}/setup/guess${guess}`)).status, 404);
    const blocked = await open(`${url}/setup/guess`);
    assert.equal(blocked.status, 429);
    assert.ok(Number(blocked.headers.get('retry-after')) > 0);
    assert.equal((await open(link)).status, 200);
  });

  it('counts no tries once there is nothing to guess', async () => {
    await submit(GOOD);
    for (let guess = 0; guess < 100; guess++) assert.equal((await open(`${url}/setup/guess${guess}`)).status, 404);
  });

  it('knows no other paths below', async () => {
    for (const path of ['/setup', '/setup/', '/setup/a/b', `${setupPath('x')}/`]) {
      assert.equal((await open(url + path)).status, 404);
    }
  });
});
