import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApiClient } from '../../support/api-client.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { DavClient } from '../../support/dav-client.ts';
import { run, Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ANN = { name: 'ann', password: 'correct horse' };
const MAIN = join(import.meta.dirname, '../../../src/main.ts');

interface Asked {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

describe('sessions over TLS', function () {
  this.timeout(60_000);
  const authority = new TestAuthority();
  let server: TestServer;
  let secureUrl: string;
  before(async () => {
    const scratch = await Scratch.create('pair');
    const { certificate, key } = authority.issue('127.0.0.1');
    await writeFile(scratch.path('key.pem'), key, { mode: 0o600 });
    await writeFile(scratch.path('certificate.pem'), certificate);
    const env = {
      NOSOCIAL_TLS_LISTEN: '127.0.0.1:0',
      NOSOCIAL_TLS_CERTIFICATE: scratch.path('certificate.pem'),
      NOSOCIAL_TLS_KEY: scratch.path('key.pem'),
    };
    server = await startServer({ env });
    await scratch.remove();
    await server.addUser(ANN.name, ANN);
    secureUrl = /^open {4}(https:\/\/127\.0\.0\.1:\d+)\/$/m.exec(server.stdout)![1]!;
  });
  after(() => server.stop());

  async function ask(path: string, { method = 'GET', body = '', headers = {} }: Asked = {}) {
    const type = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const request = https.request(secureUrl + path, {
      method,
      ca: authority.certificate,
      headers: { Origin: secureUrl, 'X-Requested-With': 'nosocial', ...type, ...headers },
      agent: false,
    });
    request.end(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject);
    });
    return { status: response.statusCode, cookies: response.headers['set-cookie'] ?? [], body: await text(response) };
  }

  it('have cookies that browsers keep from everything else', async () => {
    const signedIn = await ask('/api/v1/session', { method: 'POST', body: JSON.stringify(ANN) });
    assert.equal(signedIn.status, 200);
    assert.equal((JSON.parse(signedIn.body) as { isInsecure: boolean }).isInsecure, false);
    const [token = '', renewal = ''] = signedIn.cookies;
    assert.match(
      token,
      /^__Host-nosocial=eyJ[\w.-]+; Max-Age=(?:900|899); Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    assert.match(
      renewal,
      /^__Secure-nosocial-renewal=[\w.-]+; Max-Age=\d{8}; Path=\/api\/v1\/session; HttpOnly; Secure; SameSite=Strict$/,
    );
    const [host = '', secret = ''] = [token, renewal].map((line) => line.split(';')[0]);
    assert.equal((await ask('/api/v1/account', { headers: { Cookie: host } })).status, 200);
    const renewed = await ask('/api/v1/session/renew', { method: 'POST', headers: { Cookie: secret } });
    assert.equal(renewed.status, 200);
    assert.equal(renewed.cookies.length, 2);
    // Over plain HTTP such a cookie is never sent by a browser, and a plain one that somebody slipped in is no good here.
    const plain = host.replace('__Host-', '');
    assert.equal((await ask('/api/v1/account', { headers: { Cookie: plain } })).status, 401);
    await new ApiClient(server.url, { Cookie: host }).refused('getAccount', 'not-authenticated');
    const signedOut = await ask('/api/v1/session', { method: 'DELETE', headers: { Cookie: host } });
    assert.equal(signedOut.status, 204);
    assert.deepEqual(
      signedOut.cookies.map((line) => line.split(';')[0]),
      ['__Host-nosocial=', '__Secure-nosocial-renewal='],
    );
  });
});

describe('the keys of accounts', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await startServer();
    await server.addUser(ANN.name, ANN);
  });
  after(() => server.stop());

  const start = (env: NodeJS.ProcessEnv = {}) =>
    run(process.execPath, [MAIN, 'serve', '--data', server.dataFolder, '--listen', '127.0.0.1:0'], {
      env: { ...process.env, NOSOCIAL_ANNOUNCE: 'false', NOSOCIAL_DLNA: 'off', ...env },
    });

  it('stop a start when they are empty, or not where the settings say', async () => {
    const file = join(server.dataFolder, 'account.keys');
    const client = await ApiClient.login(server.url, ANN);
    await server.end();
    const good = await readFile(file, 'utf8');
    await writeFile(file, '');
    const empty = await start();
    assert.equal(empty.code, 4);
    assert.match(empty.stderr, /account\.keys" holds no "token" key; put back the copy/);
    assert.equal(await readFile(file, 'utf8'), '');
    await writeFile(file, good);
    const missing = await start({ NOSOCIAL_KEY_FILE: join(server.dataFolder, 'none.keys') });
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /none\.keys" as the file of keys \(accounts\.keyFile\), and there is none/);
    await server.restart();
    await client.ok('getAccount');
    const dav = new DavClient(server.davUrl, ANN);
    assert.equal((await dav.request('PROPFIND', '', { headers: { Depth: '0' } })).status, 207);
    dav.close();
  });
});
