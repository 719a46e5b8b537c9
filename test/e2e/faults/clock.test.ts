import assert from 'node:assert/strict';
import { describeOnDatabases } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { Scratch, until } from '../../support/processes.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { ACCOUNT, Faulty } from './fixture.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const LOCK_BODY =
  '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>';

describeOnDatabases('a clock that jumps', function (database) {
  this.timeout(60_000);
  const stack = new AsyncDisposableStack();
  let clock: WoundClock;
  let faulty: Faulty;

  before(async () => {
    const scratch = await Scratch.create('clock');
    stack.defer(() => scratch.remove());
    clock = await WoundClock.jumping(scratch);
    faulty = await Faulty.open({ database, env: clock.env });
    stack.defer(() => faulty.closeChecked());
  });
  afterEach(() => clock.set(0));
  after(() => stack.disposeAsync());

  /** Sets the clock, and makes sure that the server's process sees it. */
  async function jump(seconds: number): Promise<void> {
    await clock.set(seconds);
    await until('the server sees the new time', async () => {
      const { headers } = await faulty.dav.request('HEAD', '');
      const aheadSeconds = (Date.parse(headers.date ?? '') - Date.now()) / 1000;
      return Math.abs(aheadSeconds - seconds) < 60 ? true : undefined;
    });
  }

  async function lock(path: string, seconds: number): Promise<void> {
    const headers = { timeout: `Second-${seconds}`, 'content-type': 'application/xml' };
    await faulty.dav.expect([200, 201], 'LOCK', path, { headers, body: LOCK_BODY });
  }

  const jumps = [
    ['a day ahead', DAY],
    ['an hour back', -HOUR],
    ['a day back', -DAY],
  ] as const;

  for (const [where, seconds] of jumps) {
    it(`keeps locks and ends them in their time, ${where}`, async () => {
      await faulty.dav.put('locked', 'locked');
      await lock('locked', HOUR);
      await lock('locked-shortly', 1);
      await jump(seconds);
      await faulty.dav.expect(423, 'PUT', 'locked', { body: 'stolen' });
      const listed = await faulty.dav.list('', '<D:lockdiscovery/>');
      const discovery = listed.get('locked')?.properties.get('DAV: lockdiscovery') ?? '';
      const left = Number(/Second-(\d+)/.exec(discovery)?.[1]);
      assert.ok(left > HOUR - 60 && left <= HOUR, discovery);
      await until('the short lock ends', async () => {
        const { status } = await faulty.dav.request('PUT', 'locked-shortly', { body: 'free' });
        return status < 300 ? true : undefined;
      });
      const token = /urn:uuid:[0-9a-f-]+/.exec(discovery)?.[0];
      await faulty.dav.expect(204, 'UNLOCK', 'locked', { headers: { 'lock-token': `<${token}>` } });
    });

    it(`gives each content an etag of its own, ${where}`, async () => {
      const etags = new Set<unknown>();
      const put = async (body: string): Promise<void> => {
        const { headers } = await faulty.dav.put('changing', body);
        assert.ok(headers.etag !== undefined && !etags.has(headers.etag), `${headers.etag} again`);
        etags.add(headers.etag);
        const stale = { 'if-none-match': [...etags].slice(0, -1).join(', ') || '"none"' };
        const answer = await faulty.dav.expect(200, 'GET', 'changing', { headers: stale });
        assert.equal(answer.body.toString(), body);
      };
      await put('one');
      await put('two');
      await jump(seconds);
      await put('six');
      await clock.set(0);
      await put('ten');
    });

    it(`goes on refusing to be guessed at, ${where}`, async () => {
      const guesser = new DavClient(faulty.server.davUrl, { name: `nobody${seconds}`, password: 'guess' });
      try {
        await until('guessing is refused', async () =>
          (await guesser.request('GET', '')).status === 429 ? true : undefined,
        );
        await jump(seconds);
        const { headers } = await guesser.expect(429, 'GET', '');
        assert.ok(Number(headers['retry-after']) <= 2 * 60, `to be tried again after ${headers['retry-after']} s`);
      } finally {
        guesser.close();
      }
    });
  }

  it('keeps what is in the trash', async () => {
    await faulty.dav.put('thrown away', 'kept for 30 days');
    await faulty.dav.expect(204, 'DELETE', 'thrown away');
    await jump(90 * DAY);
    const { code, stdout, stderr } = await faulty.server.cli(['trash', 'list', '--user', ACCOUNT.name, '--json']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /thrown away/);
  });

  it('serves what was written in a time that is still to come', async () => {
    await jump(DAY);
    await faulty.dav.put('early', 'early');
    await faulty.server.end();
    await clock.set(-HOUR);
    await faulty.server.restart();
    assert.equal((await faulty.dav.get('early')).toString(), 'early');
    const { headers } = await faulty.dav.put('early', 'later');
    const modified = { 'if-none-match': String(headers.etag) };
    await faulty.dav.expect(304, 'GET', 'early', { headers: modified });
    assert.equal((await faulty.dav.get('early')).toString(), 'later');
  });
});
