import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../src/app/doctor/finding.ts';
import { until } from '../../support/processes.ts';
import { ACCOUNT } from '../clients/fixture.ts';
import { testCertificate, testClients } from './clients.ts';
import { ask, basic, Echo, openSetting, PUBLIC_URL, SMALL, WRONG, type Setting } from './fixture.ts';
import { PROXIES } from './proxy.ts';
import { RawTls } from './raw-tls.ts';
import { ADDRESS_V6, NAME, STRANGERS } from './stage.ts';
import { testTransfers } from './transfers.ts';

/** Bodies that are never sent. */
const ANNOUNCED_BYTES = 2 ** 30;
/** How many wrong passwords one address may send a minute. */
const TRIES = 10;
/** For what is written after an answer went out. */
const PATIENCE = { timeoutMs: 30_000 };

for (const [index, kind] of PROXIES.entries()) {
  describe(`${kind.name} with config/${kind.file}`, function () {
    this.timeout(300_000);
    let setting: Setting;
    const stranger = STRANGERS[index]!;

    before(async () => {
      setting = await openSetting(kind);
    });
    after(() => setting.close());

    it('takes the file without a complaint', async () => {
      const { code, stdout, stderr } = await setting.proxy.check();
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /warn|deprecat|not formatted/i);
    });

    it('leads from http to the same place at https', async () => {
      const { status, location } = await askPlain('/dav/a%20b?x=1');
      assert.equal(status, 308);
      assert.equal(location, `${PUBLIC_URL}/dav/a%20b?x=1`);
    });

    const { proveAsCertbot } = kind;
    if (proveAsCertbot) {
      it('lets certbot prove that the name is yours', async () => {
        const path = '/.well-known/acme-challenge/a-token';
        const certbot = await proveAsCertbot(path, 'the proof');
        const answer = await fetch(`http://${NAME}${path}`, { redirect: 'manual' });
        assert.equal(await answer.text(), 'the proof');
        await certbot.stop();
      });
    }

    it('leaves nothing for doctor to find', async () => {
      const { stage, server } = setting;
      const { stdout } = await server.cli(['doctor', '--json', '--config', stage.scratch.path('nosocial.yaml')]);
      const { findings } = JSON.parse(stdout) as { findings: Finding[] };
      const onTheWay = findings.filter(({ subject }) => /^(public address|certificate|proxy)$/.test(subject));
      assert.deepEqual(
        onTheWay.filter(({ level }) => level !== 'ok'),
        [],
      );
      const told = onTheWay.map(({ message }) => message);
      for (const message of [
        'WebDAV comes through',
        'large files come through',
        'whoever asks without https is led there',
      ])
        assert.ok(told.includes(message), `${message} in ${told.join(', ')}`);
    });

    it('has the page about connecting show the public address', async () => {
      const { status, body } = await ask({ target: '/connect' });
      assert.equal(status, 200);
      assert.ok(body.includes(`${PUBLIC_URL}/dav/`), body);
    });

    it('lets the server tell browsers, once, to come by TLS only', async () => {
      for (const target of ['/', '/dav/', '/nothing']) {
        const { headers } = await ask({ target });
        assert.match(String(headers['strict-transport-security']), /^max-age=\d+$/, target);
      }
    });

    it('tells who asks, whatever a stranger writes into the headers', async () => {
      const made = '198.51.100.66';
      const lies = { 'x-forwarded-for': made, forwarded: `for=${made}`, 'x-real-ip': made, via: made };
      const names = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
      for (const localAddress of [stranger, ADDRESS_V6]) {
        const headers = { authorization: basic(WRONG), ...lies, ...names };
        assert.equal((await ask({ target: '/dav/', headers, localAddress })).status, 401);
        await until(
          `a failure of ${localAddress} in audit.log`,
          async () => {
            const [action, address] = (await auditOf(setting)).at(-1) ?? [];
            return (action === 'login-failed' && address === localAddress) || undefined;
          },
          PATIENCE,
        );
      }
      const spoofed = await ask({
        target: '/metrics',
        headers: { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
      });
      assert.equal(spoofed.status, 404);
      const { body } = await ask({ target: '/connect', headers: names });
      assert.ok(!body.includes('evil.example'), body);
    });

    it('lets one address be throttled, and not the others', async () => {
      const guess = (made: string) =>
        ask({
          target: '/dav/',
          headers: { authorization: basic(WRONG), 'x-forwarded-for': made },
          localAddress: stranger,
        });
      let status = 401;
      for (let tries = 0; status === 401 && tries <= TRIES; tries++) ({ status } = await guess(`198.51.100.${tries}`));
      assert.equal(status, 429);
      assert.equal((await guess('198.51.100.99')).status, 429);
      assert.equal((await ask({ target: '/dav/', headers: { authorization: basic(WRONG) } })).status, 401);
    });

    it('hands request targets on as they are written', async () => {
      const names = [
        'a%2Bb',
        'a+b',
        '100%25',
        'a%2541',
        'x;y=1',
        'h%23h',
        'q%3Fq',
        'e%CC%81',
        '%c3%a9',
        '%C3%A9',
        'end%20',
      ];
      const rest = ['%20start', 'dot.', '...', "~!$&'()*,:@=", '%7Etilde', '%22%3C%3E%5B%5D%5E%60%7B%7C%7D', '%61'];
      const targets = [...names, ...rest].map((name) => `/dav/targets/${name}`);
      targets.push('/dav//targets///slashes//', '/dav/targets/q?a=%2B+&b=/../c', '/dav/targets/.hidden');
      await ask({ method: 'MKCOL', target: '/dav/targets' });
      for (const target of targets) await ask({ target });
      const paths = targets.map((target) => target.replace(/\?.*/, ''));
      const missing = () => {
        const logged = new Set(pathsLogged(setting));
        return paths.filter((path) => !logged.has(path));
      };
      await until('all in the log', () => missing().length === 0 || undefined, PATIENCE).catch(() => undefined);
      assert.deepEqual(missing(), []);
    });

    it('hands Destination and If on as they are: COPY and MOVE by the public address', async () => {
      const { dav } = setting;
      await dav.put('from %2B;#1 ', 'content');
      const to = (name: string) => ({ headers: { destination: `${PUBLIC_URL}/dav/${name}` } });
      await dav.expect(201, 'COPY', 'from %2B;#1 ', to('copy%20%252B%3B%231%20'));
      await dav.expect(201, 'MOVE', 'copy %2B;#1 ', to('%F0%9F%98%80//'));
      assert.equal((await dav.get('\u{1f600}')).toString(), 'content');
      await dav.expect(502, 'MOVE', '\u{1f600}', { headers: { destination: 'https://other.example/dav/x' } });

      const { headers } = await dav.expect(200, 'LOCK', '\u{1f600}', {
        headers: { timeout: 'Second-600' },
        body: '<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>',
      });
      const token = String(headers['lock-token']);
      const tagged = `<${PUBLIC_URL}/dav/%F0%9F%98%80> (${token})`;
      await dav.expect(423, 'PUT', '\u{1f600}', { body: 'refused' });
      await dav.expect(204, 'PUT', '\u{1f600}', { body: 'taken', headers: { if: tagged } });
      await dav.expect(204, 'UNLOCK', '\u{1f600}', { headers: { 'lock-token': token } });
    });

    it('answers HEAD, conditions and ranges as the server does, with strong ETags', async () => {
      const { dav, direct } = setting;
      await dav.put('page.html', '<p>hello</p>'.repeat(1000));
      const headers = { 'accept-encoding': 'gzip, br' };
      const same = ['etag', 'content-length', 'content-type', 'last-modified', 'accept-ranges', 'content-encoding'];
      for (const method of ['HEAD', 'GET']) {
        const [through, past] = [
          await dav.expect(200, method, 'page.html', { headers }),
          await direct.expect(200, method, 'page.html', { headers }),
        ];
        for (const name of same) assert.deepEqual(through.headers[name], past.headers[name], name);
        assert.ok(through.body.equals(past.body));
      }
      const { etag = '' } = (await dav.expect(200, 'HEAD', 'page.html')).headers;
      assert.match(etag, /^"/);
      await dav.expect(304, 'GET', 'page.html', { headers: { 'if-none-match': etag } });
      await dav.expect(412, 'PUT', 'page.html', { headers: { 'if-match': '"other"' }, body: 'x' });
      const range = await dav.expect(206, 'GET', 'page.html', { headers: { range: 'bytes=3-7', 'if-range': etag } });
      assert.equal(range.body.toString(), 'hello');
      const several = await dav.expect(206, 'GET', 'page.html', { headers: { range: 'bytes=0-2,-4' } });
      assert.match(String(several.headers['content-type']), /^multipart\/byteranges/);
    });

    const refusals = [
      { what: 'a wrong password', status: 401, account: WRONG, target: '/dav/refused' },
      { what: 'what is above the quota', status: 507, account: SMALL, target: '/dav/refused' },
      { what: 'a folder that is not there', status: 409, account: ACCOUNT, target: '/dav/missing/refused' },
    ];
    for (const { what, status, account, target } of refusals) {
      it(`refuses ${what} before the body of an upload comes`, async () => {
        const connection = await RawTls.open(NAME);
        const head = [`PUT ${target} HTTP/1.1`, `Host: ${NAME}`, `Authorization: ${basic(account)}`];
        const body = [`Content-Length: ${ANNOUNCED_BYTES}`, 'Expect: 100-continue', '', ''];
        connection.send([...head, ...body].join('\r\n'));
        const received = await connection.until(/HTTP\/1\.1 [2-5]\d\d/);
        connection.close();
        assert.match(received, new RegExp(`^(HTTP/1\\.1 100 Continue\r\n\r\n)?HTTP/1\\.1 ${status} `));
        assert.equal(received.includes('100 Continue'), kind.continuesUnasked);
      });
    }

    it('takes headers as long as the server does', async () => {
      const headers = { 'x-padding': 'x'.repeat(15_400) };
      assert.equal(
        (await ask({ method: 'PROPFIND', target: '/dav/', headers: { ...headers, depth: '0' } })).status,
        207,
      );
    });

    it('takes names as long as the server does, also in two headers of one request', async () => {
      const name = '\u8a9e'.repeat(85);
      const deep = (levels: number) => Array.from({ length: levels }, () => name).join('/');
      for (let levels = 1; levels <= 12; levels++) await setting.direct.expect([201, 405], 'MKCOL', deep(levels));
      await setting.dav.put(`${deep(12)}/file`, 'deep down');
      const half = `${deep(8)}/file`;
      await setting.dav.put(half, 'half way');
      const destination = `${setting.dav.urlOf(half)}-moved`;
      await setting.dav.expect(201, 'MOVE', half, { headers: { destination } });
      assert.equal((await setting.dav.get(`${half}-moved`)).toString(), 'half way');
      assert.equal((await setting.dav.get(`${deep(12)}/file`)).toString(), 'deep down');
    });

    testCertificate(kind, () => setting);
    testClients(() => setting);
    testTransfers(() => setting);

    it('writes into the headers what the server needs, and nothing of a stranger there', async () => {
      await setting.server.end();
      const echo = await Echo.start(new URL(setting.server.url));
      const lies = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded'];
      const asked = {
        destination: `${PUBLIC_URL}/dav/%2B%25//`,
        depth: '0',
        overwrite: 'F',
        if: '(<urn:x>)',
        te: 'trailers',
      };
      const headers = { ...Object.fromEntries(lies.map((name) => [name, 'a lie'])), ...asked };
      const { body } = await ask({ method: 'MOVE', target: '/dav/x', headers, localAddress: stranger });
      await echo.stop();
      const seen = JSON.parse(body) as Record<string, string>;
      const wanted = {
        host: NAME,
        'x-forwarded-for': stranger,
        'x-forwarded-host': NAME,
        'x-forwarded-proto': 'https',
        forwarded: undefined,
        destination: asked.destination,
        depth: '0',
        overwrite: 'F',
        if: '(<urn:x>)',
      };
      assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, seen[name]])), wanted);
    });
  });
}

async function askPlain(target: string): Promise<{ status: number; location: string | null }> {
  const answer = await fetch(`http://${NAME}${target}`, { redirect: 'manual' });
  await answer.arrayBuffer();
  return { status: answer.status, location: answer.headers.get('location') };
}

async function auditOf({ server }: Setting): Promise<[action: string, address: string][]> {
  const lines = (await readFile(join(server.dataFolder, 'audit.log'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { action, address } = JSON.parse(line) as { action: string; address: string };
    return [action, address];
  });
}

/** The paths of all requests so far, as the server saw them. */
function pathsLogged({ server }: Setting): string[] {
  const lines = server.stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => (JSON.parse(line) as { path?: string }).path ?? '');
}
