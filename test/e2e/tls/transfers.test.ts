import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { TestAuthority } from '../../support/certificates.ts';
import { run, runWell, Scratch } from '../../support/processes.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { ACCOUNT, curlStatus, filesEnv, secureUrl, writePair } from './fixture.ts';

const MIB = 1024 * 1024;
const authority = new TestAuthority();

describe('WebDAV by TLS', function () {
  this.timeout(120_000);
  let server: TestServer;
  let scratch: Scratch;
  let authorityFile: string;
  let davUrl: string;

  before(async () => {
    scratch = await Scratch.create('tls');
    authorityFile = scratch.path('authority.pem');
    await writeFile(authorityFile, authority.certificate);
    const files = await writePair(scratch.folder, authority.issue('127.0.0.1'));
    server = await startServer({ env: filesEnv(files) });
    await server.addUser(ACCOUNT.name, ACCOUNT);
    davUrl = `${secureUrl(server)}/dav/`;
  });
  after(async () => {
    await server.stop();
    await scratch.remove();
  });

  const curl = (...args: string[]): Promise<number> => curlStatus(authorityFile, ...args);

  async function sha256(file: string): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  }

  const user = `${ACCOUNT.name}:${ACCOUNT.password}`;

  /** What curl tells of the headers of an upload. */
  async function uploadTold(source: string, url: string): Promise<string> {
    const options = ['--verbose', '--silent', '--cacert', authorityFile, '--user', user, '--expect100-timeout', '30'];
    const { code, stderr } = await run('curl', [...options, '--output', '/dev/null', '--upload-file', source, url]);
    assert.equal(code, 0, stderr);
    return stderr;
  }

  it('takes and gives back a large file, sent with Expect: 100-continue', async () => {
    const [source, target] = [scratch.path('large'), scratch.path('large.back')];
    await writeFile(source, Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 251)));
    await truncate(source, 200 * MIB);
    const told = await uploadTold(source, `${davUrl}large`);
    assert.match(told, /> Expect: 100-continue[^]*< HTTP\/1\.1 100 Continue[^]*< HTTP\/1\.1 201/);
    const download = ['--silent', '--cacert', authorityFile, '--user', user];
    await runWell('curl', [...download, '--output', target, `${davUrl}large`]);
    assert.equal(await sha256(target), await sha256(source));
    await runWell('curl', [...download, '--range', '4000-4095', '--output', target, `${davUrl}large`]);
    assert.deepEqual(
      [...(await readFile(target))],
      Array.from({ length: 96 }, (_, index) => (4000 + index) % 251),
    );
  });

  it('refuses a body before it is sent', async () => {
    const told = await uploadTold(scratch.path('large'), `${davUrl}missing/large`);
    assert.match(told, /> Expect: 100-continue[^]*< HTTP\/1\.1 409/);
    assert.doesNotMatch(told, /100 Continue/);
  });

  it('takes a Destination with https, and none of another host', async () => {
    await writeFile(scratch.path('small'), 'small');
    assert.equal(await curl('--upload-file', scratch.path('small'), `${davUrl}a`), 201);
    const move = (destination: string, ...more: string[]): Promise<number> =>
      curl('--request', 'MOVE', '--header', `Destination: ${destination}`, ...more, `${davUrl}a`);
    assert.equal(await move('https://other.example.org/dav/b'), 502);
    assert.equal(await move(`${davUrl}b`), 201);
    assert.equal(await curl(`${davUrl}b`), 200);
    assert.equal(await curl(`${davUrl}a`), 404);
  });

  it('carries a tree of rclone there and back', async () => {
    const obscured = await runWell('rclone', ['obscure', '-'], { env: scratch.env, input: ACCOUNT.password });
    const env = {
      ...scratch.env,
      RCLONE_CONFIG: scratch.path('no-rclone.conf'),
      RCLONE_CA_CERT: authorityFile,
      RCLONE_CONFIG_DRIVE_TYPE: 'webdav',
      RCLONE_CONFIG_DRIVE_URL: davUrl,
      RCLONE_CONFIG_DRIVE_VENDOR: 'other',
      RCLONE_CONFIG_DRIVE_USER: ACCOUNT.name,
      RCLONE_CONFIG_DRIVE_PASS: obscured.trim(),
    };
    const rclone = (...args: string[]): Promise<string> => runWell('rclone', args, { env });
    const tree = scratch.path('tree');
    await mkdir(scratch.path('tree', 'deep', 'er'), { recursive: true });
    const names = ['empty', 'deep/ä # % + & ;.txt', 'deep/er/large'];
    for (const [index, name] of names.entries())
      await writeFile(`${tree}/${name}`, Buffer.alloc(index * 3 * MIB, index));
    await rclone('copy', '--transfers', '4', tree, 'drive:tree');
    await rclone('check', '--download', tree, 'drive:tree');
    await rclone('moveto', 'drive:tree', 'drive:moved tree');
    await rclone('copy', 'drive:moved tree', scratch.path('back'));
    const back = await readdir(scratch.path('back'), { recursive: true });
    for (const name of names) {
      assert.ok(back.includes(name), name);
      assert.deepEqual(await readFile(scratch.path('back', name)), await readFile(`${tree}/${name}`));
    }
  });
});
