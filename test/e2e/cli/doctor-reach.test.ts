import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { checkCertificate } from '../../../src/app/doctor/check-certificate.ts';
import type { Finding } from '../../../src/app/doctor/finding.ts';
import { checkReach, type ReachOptions } from '../../../src/app/doctor/reach/check-reach.ts';
import { localAuthority } from '../../../src/app/tls/served-tls.ts';
import { loadConfig, type Config } from '../../../src/config/load.ts';
import { TestAuthority } from '../../support/certificates.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { WaywardProxy, type Faults } from './wayward-proxy.ts';

const SUBJECTS = new Set(['public address', 'certificate', 'proxy']);

async function diagnose(server: TestServer): Promise<Finding[]> {
  const { code, stdout } = await server.cli(['doctor', '--json']);
  assert.ok(code === 0 || code === 1, stdout);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

function said(findings: readonly Finding[]): string[] {
  return findings.map(({ subject, level, message }) => `${level} ${subject}: ${message}`);
}

/** On the data of that server, or where none runs. */
function configOf(publicUrl: string, server?: TestServer): Config {
  const place = server ? { NOSOCIAL_DATA: server.dataFolder, NOSOCIAL_DATABASE: server.databaseUrl } : {};
  const common = { NOSOCIAL_DATA: '/nonexistent/nosocial', NOSOCIAL_TRUSTED_PROXIES: '127.0.0.1' };
  return loadConfig({ environment: { ...common, ...place, NOSOCIAL_PUBLIC_URL: publicUrl } });
}

describe('doctor on the public address', function () {
  this.timeout(60_000);
  const authority = new TestAuthority();
  const fresh = authority.issue('127.0.0.1');
  let scratch: Scratch;
  let proxy: WaywardProxy;
  let server: TestServer;

  before(async () => {
    scratch = await Scratch.create('reach');
    const authorityFile = scratch.path('authority.pem');
    await writeFile(authorityFile, authority.certificate);
    proxy = await WaywardProxy.start(fresh);
    server = await startServer({
      env: {
        NOSOCIAL_PUBLIC_URL: proxy.url,
        NOSOCIAL_TRUSTED_PROXIES: '127.0.0.1',
        NODE_EXTRA_CA_CERTS: authorityFile,
      },
    });
    proxy.target = server.url;
  });

  after(async () => {
    await proxy.close();
    await server.stop();
    await scratch.remove();
  });

  beforeEach(() => {
    proxy.faults = {};
    proxy.use(fresh);
  });

  /** As the command does it, in this process. */
  async function look(more: Partial<ReachOptions> = {}): Promise<string[]> {
    const options = { isServing: true, authorities: [authority.certificate], ...more };
    return said(await checkReach(configOf(proxy.url, server), options));
  }

  it('finds nothing wrong with a proxy that does as it should', async () => {
    const lines = said((await diagnose(server)).filter(({ subject }) => SUBJECTS.has(subject)));
    assert.match(lines.splice(1, 1)[0] ?? '', /^ok certificate: it lasts until 20\d\d-\d\d-\d\d, \d+ days from now$/);
    assert.deepEqual(lines, [
      `ok public address: 127.0.0.1:${proxy.port} at 127.0.0.1 is this server`,
      'ok proxy: the one at 127.0.0.1 tells who asks',
      'ok proxy: WebDAV comes through',
      'ok proxy: large files come through',
    ]);
  });

  const faults: [what: string, faults: Faults, want: RegExp][] = [
    ['methods that do not come through', { methods: ['MOVE', 'LOCK'] }, /^fail proxy: .*: MOVE \(405\), LOCK \(405\)$/],
    ['OPTIONS that does not', { methods: ['OPTIONS'] }, /^fail proxy: .*: OPTIONS \(without the header DAV\)$/],
    ['a limit on files', { maxBodyBytes: 1_000_000 }, /^fail proxy: it refuses large files$/],
    ['files that wait in the proxy', { buffers: true }, /^warn proxy: it takes in all of a file before/],
    ['another Host', { host: 'localhost' }, /^warn proxy: requests for 127\.0\.0\.1:\d+ arrive as for "localhost"$/],
    ['a proxy that keeps passwords', { drops: ['authorization'] }, /^fail proxy: it keeps passwords to itself/],
    ['one that does not tell who asks', { isSilent: true }, /^warn proxy: .* does not tell who asks/],
    ['one that does not tell of https', { drops: ['x-forwarded-proto'] }, /^warn proxy: .* clients come by https$/],
    [
      'something else in its place',
      { isStranger: true },
      /^fail public address: .* is something else, not this server$/,
    ],
    ['one that asks for a password itself', { isJealous: true }, /^fail public address: .* is something else/],
  ];
  for (const [what, wrong, want] of faults) {
    it(`finds ${what}`, async () => {
      proxy.faults = wrong;
      // Only who buffers is waited for; all others answer, however busy the machine is.
      const lines = await look(wrong.buffers ? { patienceMs: 500 } : {});
      assert.ok(
        lines.some((line) => want.test(line)),
        lines.join('\n'),
      );
    });
  }

  it('finds a proxy that is not trusted, and says whom to trust', async () => {
    const config = { ...configOf(proxy.url, server), trustedProxies: [] };
    const findings = await checkReach(config, { isServing: true, authorities: [authority.certificate] });
    const finding = findings.find(({ message }) => message.includes('is not trusted'));
    assert.equal(finding?.advice, "set trustedProxies: ['127.0.0.1']");
  });

  it('says so when publicUrl is https and the port is not', async () => {
    const findings = await checkReach(configOf(server.url.replace('http:', 'https:'), server), { isServing: true });
    assert.match(
      said(findings).join('\n'),
      /^fail public address: 127\.0\.0\.1:\d+ .* answers, but does not speak TLS$/,
    );
  });

  it('finds this server at this machine itself, where its public address cannot be used from within', async () => {
    proxy.use(authority.issue('nas.example'));
    const findings = await checkReach(configOf(`https://nas.example:${proxy.port}`, server), {
      isServing: true,
      authorities: [authority.certificate],
      // Nothing listens there.
      resolve: async () => ['127.0.0.9'],
    });
    const [first = '', second, third = '', ...rest] = said(findings);
    assert.match(first, /^warn public address: nas\.example:\d+ at 127\.0\.0\.9 does not answer from here/);
    assert.equal(second, 'ok public address: asked at this machine itself, this server answers');
    assert.match(third, /^ok certificate: /);
    assert.deepEqual(
      rest.map((line) => line.split(' ')[0]),
      ['ok', 'ok', 'ok'],
      rest.join('\n'),
    );
  });

  it('finds an address where nothing answers, and says that this may be so from within only', async () => {
    const [closed] = await checkReach(configOf('https://nas.example:1'), {
      isServing: false,
      resolve: async () => ['127.0.0.1'],
    });
    assert.match(
      said(closed ? [closed] : [])[0] ?? '',
      /^warn public address: nas\.example:1 at 127\.0\.0\.1 does not answer/,
    );
    assert.match(closed?.advice ?? '', /routers do not let their own address be used from within/);
  });

  it('cannot tell whose the address is while no server runs', async () => {
    const [finding] = await checkReach(configOf(proxy.url), { isServing: false });
    assert.deepEqual(said(finding ? [finding] : []), [
      `warn public address: 127.0.0.1:${proxy.port} at 127.0.0.1 answers with 200`,
    ]);
  });

  it('finds a name that leads nowhere', async () => {
    const findings = await checkReach(configOf('https://nas.example'), {
      isServing: false,
      resolve: () => Promise.reject(new Error('ENOTFOUND')),
    });
    assert.deepEqual(said(findings), ['fail public address: nas.example leads nowhere: ENOTFOUND']);
  });

  const certificates: [what: string, issued: () => TestAuthority, host: string, want: RegExp][] = [
    [
      'one for another name',
      () => authority,
      'other.example',
      /^fail certificate: it is for other\.example, not for 127/,
    ],
    ['one that ended', () => new TestAuthority({ ageDays: 500 }), '127.0.0.1', /^fail certificate: it ended on 20/],
    [
      'one that ends soon',
      () => new TestAuthority({ ageDays: 390 }),
      '127.0.0.1',
      /^warn certificate: it lasts until .*, [56] days from now$/,
    ],
    [
      'one of an authority that nobody knows',
      () => new TestAuthority(),
      '127.0.0.1',
      /^fail certificate: it comes from an authority|^fail certificate: the certificates between/,
    ],
  ];
  for (const [what, authorityOf, host, want] of certificates) {
    it(`finds a certificate: ${what}`, async () => {
      proxy.use(authorityOf().issue(host));
      const lines = await look();
      assert.ok(
        lines.some((line) => want.test(line)),
        lines.join('\n'),
      );
      assert.ok(lines.includes('ok proxy: WebDAV comes through'), 'and goes on');
    });
  }

  it('finds that a site without https is not led to the one with it', async () => {
    const plain = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    try {
      const plainPort = (plain.address() as AddressInfo).port;
      const findings = await checkReach(configOf(proxy.url), { isServing: false, plainPort });
      assert.ok(
        said(findings).includes('warn public address: without https it answers with 200'),
        said(findings).join('\n'),
      );
    } finally {
      await new Promise((resolve) => plain.close(resolve));
    }
  });
});

describe('doctor on the certificate that the server serves itself', () => {
  let scratch: Scratch;
  let config: Config;

  beforeEach(async () => {
    scratch = await Scratch.create('certificate');
    await mkdir(scratch.path('data'), { mode: 0o700 });
    config = loadConfig({ environment: { NOSOCIAL_DATA: scratch.path('data') } });
  });
  afterEach(() => scratch.remove());

  const look = (): string[] => said(checkCertificate(config, Date.now()));

  it('says nothing where there is none', () => {
    assert.deepEqual(look(), []);
  });

  it('tells how long it lasts, and who may read its key', async () => {
    await localAuthority(config).init(undefined);
    assert.match(look().join('\n'), /^ok own certificate: it lasts until 20\d\d-\d\d-\d\d, \d+ days from now$/);
    const key = scratch.path('data/tls/server.pem');
    await chmod(key, 0o640);
    assert.ok(look().includes(`warn own certificate: others may read its key "${key}" (mode 0640)`), look().join('\n'));
  });

  it('finds one of another machine, and one that ended', async () => {
    await localAuthority(config).init(undefined);
    const serve = async (authority: TestAuthority): Promise<void> => {
      const { certificate, key } = authority.issue('other.example');
      await writeFile(scratch.path('data/tls/server.pem'), key + certificate);
    };
    await serve(new TestAuthority());
    assert.match(look().join('\n'), /^warn own certificate: it is not for .*localhost/m);
    await serve(new TestAuthority({ ageDays: 500 }));
    assert.match(look().join('\n'), /^fail own certificate: it ended on /m);
  });

  it('finds files that do not belong together, or that others may read', async () => {
    const [one, other] = [new TestAuthority().issue('a.example'), new TestAuthority().issue('a.example')];
    const [certificate, key] = [scratch.path('cert.pem'), scratch.path('key.pem')];
    await writeFile(certificate, one.certificate);
    await writeFile(key, other.key);
    const files = { NOSOCIAL_TLS_CERTIFICATE: certificate, NOSOCIAL_TLS_KEY: key };
    config = loadConfig({ environment: { ...files, NOSOCIAL_DATA: scratch.path('data') } });
    assert.match(look().join('\n'), /^fail own certificate: .* do not belong together/);
    await writeFile(key, one.key);
    await chmod(key, 0o644);
    const lines = look();
    assert.equal(lines[1], 'warn own certificate: it is for a.example, and nothing here is called that');
    assert.equal(lines[2], `warn own certificate: others may read its key "${key}" (mode 0644)`);
    await chmod(key, 0o640);
    assert.equal(look().length, 2, 'a group may');
  });
});
