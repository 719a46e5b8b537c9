import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadConfig } from '../../../src/config/load.ts';
import { ServedTls } from '../../../src/app/tls/served-tls.ts';
import type { Server } from '../../../src/http/server.ts';
import { createLog } from '../../../src/observe/log.ts';
import { startServer } from '../../http/fixture.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { Scratch } from '../../support/processes.ts';

describe('TLS of a server', () => {
  let scratch: Scratch;
  let server: Server;
  let tls: ServedTls | undefined;
  let told: string;
  beforeEach(async () => {
    scratch = await Scratch.create('served-tls');
    ({ server } = await startServer());
    told = '';
  });
  afterEach(async () => {
    await tls?.stop();
    await server.close(0);
    await scratch.remove();
  });

  function open(environment: Record<string, string> = {}): ServedTls {
    const config = loadConfig({
      environment: { NOSOCIAL_DATA: scratch.folder, NOSOCIAL_TLS_LISTEN: '127.0.0.1:0', ...environment },
    });
    tls = new ServedTls(
      config,
      createLog({ level: 'info', format: 'plain', destination: { write: (line) => (told += line) } }),
    );
    return tls;
  }

  function openFiles(ageDays: number): ServedTls {
    const { certificate, key } = new TestAuthority({ ageDays }).issue('cloud.example.org', '127.0.0.1');
    const file = scratch.path('server.pem');
    writeFileSync(file, key + certificate, { mode: 0o600 });
    return open({ NOSOCIAL_TLS_CERTIFICATE: file, NOSOCIAL_TLS_KEY: file });
  }

  it('is none without a certificate', async () => {
    await open().begin(server);
    assert.equal(server.secureAddress, undefined);
    assert.equal(tls!.reach, undefined);
    assert.equal(told, '');
  });

  it('begins with the first certificate of the local authority', async () => {
    const opened = open();
    await opened.begin(server);
    const { pair } = await opened.local.init(undefined);
    assert.equal(opened.authorityToTrust, undefined);
    await opened.serveLocal(pair);
    const { listening, certificate } = opened.reach!;
    assert.deepEqual(listening, server.secureAddress);
    assert.ok(certificate.names.includes('localhost'));
    assert.ok(certificate.covers('127.0.0.1') && certificate.covers('::1') && !certificate.covers('203.0.113.5'));
    assert.equal(opened.authorityToTrust!.fingerprint256, opened.local.certificate()!.fingerprint256);
  });

  it('has the name of an https public address in the local certificate', async () => {
    const opened = open({ NOSOCIAL_PUBLIC_URL: 'https://cloud.example.org:8443' });
    const { pair } = await opened.local.init(undefined);
    assert.equal(pair.leaf.checkHost('cloud.example.org'), 'cloud.example.org');
  });

  it('goes on without it, and says so, when the local authority is damaged', async () => {
    mkdirSync(scratch.path('tls'));
    writeFileSync(scratch.path('tls', 'authority.pem'), 'x');
    await open().begin(server);
    assert.equal(server.secureAddress, undefined);
    assert.match(told, /WARN.*issues no certificates.*authority\.pem/);
  });

  it('serves what was issued on when the authority is damaged, or nothing can be written', async () => {
    await open().local.init(undefined);
    writeFileSync(scratch.path('tls', 'authority.pem'), 'x');
    await open().begin(server);
    assert.ok(server.secureAddress);
    assert.equal(tls!.authorityToTrust, undefined);
    assert.match(told, /WARN.*issues no certificates.*authority\.pem/);
  });

  it('starts whatever name the public address has', async () => {
    for (const name of ['foo_.example', 'a$b.example', `${'a'.repeat(64)}.example`]) {
      const opened = open({ NOSOCIAL_PUBLIC_URL: `https://${name}` });
      assert.ok((await opened.local.init(undefined)).pair.leaf.checkHost('localhost'));
    }
  });

  it('begins to listen once, however many ask for it', async () => {
    const opened = open();
    await opened.begin(server);
    const pairs = [];
    for (let count = 0; count < 4; count += 1) pairs.push((await opened.local.init(undefined)).pair);
    let begun = 0;
    const listen = server.listenSecurely.bind(server);
    server.listenSecurely = async (...place) => {
      begun += 1;
      return listen(...place);
    };
    await Promise.all(pairs.map(async (pair) => opened.serveLocal(pair)));
    assert.equal(begun, 1);
    assert.equal(opened.pair!.leaf.fingerprint256, opened.local.pair()!.leaf.fingerprint256);
  });

  it('does not begin to listen when it is ending', async () => {
    const opened = open();
    await opened.begin(server);
    const { pair } = await opened.local.init(undefined);
    await opened.stop();
    await opened.serveLocal(pair);
    assert.equal(server.secureAddress, undefined);
  });

  it('has nothing to trust with a certificate from files', async () => {
    await openFiles(0).begin(server);
    assert.ok(server.secureAddress);
    assert.equal(tls!.authorityToTrust, undefined);
    assert.equal(told, '');
  });

  it('warns of a certificate that is about to expire', async () => {
    await openFiles(390).begin(server);
    assert.match(told, /WARN.*about to expire.*renew it with the program/);
  });

  it('serves one that expired, and warns', async () => {
    await openFiles(400).begin(server);
    assert.ok(server.secureAddress);
    assert.match(told, /WARN.*about to expire, or has/);
  });

  it('says which setting is wrong', () => {
    const file = scratch.path('none.pem');
    assert.throws(() => open({ NOSOCIAL_TLS_CERTIFICATE: file, NOSOCIAL_TLS_KEY: file }), {
      code: 'unavailable',
      message: /cannot be read.*tls\.certificate and tls\.key/,
    });
    tls = undefined;
  });

  it('says what to do when its address is taken', async () => {
    const { host, port } = server.address!;
    const other = (await startServer()).server;
    try {
      await open().local.init(undefined);
      await assert.rejects(open({ NOSOCIAL_TLS_LISTEN: `${host}:${port}` }).begin(other), {
        code: 'unavailable',
        message: /another program uses it; .*tls\.listen/,
      });
      await assert.rejects(open({ NOSOCIAL_TLS_LISTEN: `${host}:${port}` }).begin(server), {
        code: 'unavailable',
        message: /`listen` has that port, too/,
      });
    } finally {
      await other.close(0);
    }
  });
});
