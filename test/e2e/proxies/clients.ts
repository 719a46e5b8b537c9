import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { seededBytes, sha256 } from '../../support/content.ts';
import { run, runWell } from '../../support/processes.ts';
import { DIFFICULT_NAMES, hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { CURL } from '../clients/curl-client.ts';
import { ACCOUNT } from '../clients/fixture.ts';
import { NPM_WEBDAV } from '../clients/npm-webdav-client.ts';
import { rcloneEnv } from '../clients/rclone-client.ts';
import type { Step, StockClient } from '../clients/round-trip.ts';
import { PUBLIC_URL, type Setting } from './fixture.ts';
import type { ProxyKind } from './proxy.ts';
import { TlsRelay } from './raw-tls.ts';
import { NAME } from './stage.ts';

const DAV_URL = `${PUBLIC_URL}/dav/`;
/** How many tests each suite of litmus 0.13 runs, and passes. */
const LITMUS = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 };
const MANY = 3000;

/** Who vouches for the proxy. */
export function testCertificate(kind: ProxyKind, setting: () => Setting): void {
  it('shows a certificate that clients accept, and speaks HTTP/2', async () => {
    const socket = connect({ host: NAME, port: 443, servername: NAME, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    const { subjectaltname, issuer } = socket.getPeerCertificate();
    const protocol = socket.alpnProtocol;
    socket.destroy();
    assert.equal(subjectaltname, `DNS:${NAME}`);
    assert.equal(protocol, 'h2');
    assert.equal(String(issuer.CN).startsWith('Caddy Local Authority'), kind.isCertified);
  });

  if (!kind.isCertified) return;
  it('gets that certificate by itself, from the authority that the file means', () => {
    const lines = setting()
      .proxy.output.split('\n')
      .filter((line) => line.startsWith('{'));
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const solved = entries.find(({ msg }) => msg === 'trying to solve challenge');
    assert.ok(solved?.['challenge_type'] === 'http-01' || solved?.['challenge_type'] === 'tls-alpn-01');
    assert.equal(solved['ca'], 'https://acme-v02.api.letsencrypt.org/directory');
    assert.ok(
      entries.some(({ msg, identifier }) => msg === 'certificate obtained successfully' && identifier === NAME),
    );
  });
}

/** Real clients through the proxy, each looked at from behind it. */
export function testClients(setting: () => Setting): void {
  it('lets litmus pass all of its 104 tests', async () => {
    const suites = ['basic', 'copymove', 'props', 'locks'] as const;
    const overTls = await litmus(setting(), DAV_URL, suites);
    const relay = await TlsRelay.start(NAME);
    // litmus leaves out the test of 100-continue where it speaks TLS itself.
    const http = await litmus(setting(), `http://${NAME}:${relay.port}/dav/`, ['http']);
    await relay.stop();
    const passed = Object.entries(LITMUS).map(([suite, tests]) => [suite, `${tests}`, `${tests}`, '0']);
    assert.deepEqual([...overTls, ...http], passed);
  });

  it('lets rclone sync a tree, check it, take it back, and upload what has no length', async () => {
    const { stage, direct } = setting();
    const env = await rcloneEnv(stage.scratch, DAV_URL);
    const rclone = (words: string[], input?: Buffer) => runWell('rclone', words, { env, ...(input && { input }) });
    const local = await freshFolder(setting(), 'rclone-tree');
    const hashes = await writeSampleTree(local, { many: 20, levels: 4 });
    await rclone(['sync', '--create-empty-src-dirs', local, 'drive:rclone']);
    assert.deepEqual(await hashRemote(direct, 'rclone'), hashes);
    await rclone(['check', '--download', local, 'drive:rclone']);
    await rclone(['moveto', 'drive:rclone', 'drive:rclone + moved; #1']);
    const back = await freshFolder(setting(), 'rclone-back');
    await rclone(['sync', '--create-empty-src-dirs', 'drive:rclone + moved; #1', back]);
    assert.deepEqual(await hashFolder(back), hashes);

    const content = seededBytes('a pipe', 5_000_000);
    await rclone(['rcat', 'drive:of no length'], content);
    assert.equal(sha256(await direct.get('of no length')), sha256(content));
  });

  it('lets npm webdav rename, copy and read files of every name', () => renamesEverything(setting(), NPM_WEBDAV));

  it('lets curl rename, copy and read some, over HTTP/2', async () => {
    const names = DIFFICULT_NAMES.filter((name) => /[+%;#?&]| $|\u0308|\u{1f600}/u.test(name));
    await renamesEverything(setting(), CURL, names);
  });

  it(`lists a folder of ${MANY} files as the server does`, async () => {
    const { server, stage, dav, direct } = setting();
    const local = await freshFolder(setting(), 'many');
    await runWell('sh', [
      '-c',
      `cd "$1" && seq -f 'a file with a name, number %05g.txt' ${MANY} | xargs -d '\\n' touch`,
      'sh',
      local,
    ]);
    const { code, stderr } = await server.cli(['import', local, '--user', ACCOUNT.name, '--to', 'many']);
    assert.equal(code, 0, stderr);
    const ask = { headers: { depth: '1' } };
    const [through, past] = [
      await dav.expect(207, 'PROPFIND', 'many', ask),
      await direct.expect(207, 'PROPFIND', 'many', ask),
    ];
    assert.ok(past.body.length > MANY * 300);
    assert.ok(through.body.equals(past.body));
    const env = await rcloneEnv(stage.scratch, DAV_URL);
    const listed = await runWell('rclone', ['lsf', 'drive:many'], { env });
    assert.equal(listed.trim().split('\n').length, MANY);
  });
}

/** Suite, tests run, passed and failed. */
async function litmus({ stage: { scratch } }: Setting, url: string, suites: readonly string[]): Promise<string[][]> {
  const { stdout } = await run('litmus', ['-k', url, ACCOUNT.name, ACCOUNT.password], {
    env: { ...scratch.env, TESTS: suites.join(' ') },
    cwd: scratch.folder,
  });
  assert.doesNotMatch(stdout, /WARNING|FAIL|SKIPPED/);
  const summaries = stdout.matchAll(/summary for `(\w+)': of (\d+) tests run: (\d+) passed, (\d+) failed/g);
  return [...summaries].map((found) => found.slice(1));
}

async function renamesEverything(setting: Setting, client: StockClient, names = DIFFICULT_NAMES): Promise<void> {
  const { stage, direct } = setting;
  const session = await client.open({ davUrl: DAV_URL, account: ACCOUNT, scratch: stage.scratch });
  const folder = `renamed by ${client.title}`;
  const local = await freshFolder(setting, folder);
  await mkdir(join(local, 'back'));
  await writeSampleTree(local, { names: ['one'], many: 0, levels: 1 });
  const upload = (index: number): Step => ({
    do: 'upload',
    from: join(local, 'names/one'),
    path: `${folder}/${index}`,
  });
  const steps = names.flatMap((name, index): Step[] => [
    upload(index),
    { do: 'move', path: `${folder}/${index}`, to: `${folder}/${name}` },
    { do: 'copy', path: `${folder}/${name}`, to: `${folder}/copies/${name}` },
    { do: 'download', path: `${folder}/copies/${name}`, to: join(local, 'back', name) },
  ]);
  await session.perform([
    { do: 'make-folder', path: folder },
    { do: 'make-folder', path: `${folder}/copies` },
    ...steps,
  ]);
  assert.deepEqual((await session.list(`${folder}/copies`, names)).sort(), [...names].sort());
  await session.close();
  const content = sha256(seededBytes('one', 1000));
  const wanted = new Map([...names].sort((a, b) => (a < b ? -1 : 1)).map((name) => [name, content]));
  assert.deepEqual(await hashFolder(join(local, 'back')), wanted);
  assert.deepEqual(await hashRemote(direct, `${folder}/copies`), wanted);
}

async function freshFolder({ server }: Setting, name: string): Promise<string> {
  const folder = server.scratch.path(name);
  await mkdir(folder);
  return folder;
}
