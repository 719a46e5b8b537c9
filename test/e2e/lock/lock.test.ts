import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const NPM_VERSIONS = ['10.9.9', '11.21.2'];

interface Lock {
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(join(root, file), 'utf8')) as T;
}

/** `npm ci` of the given npm in `folder`, which holds what a fresh clone holds and npm reads. */
async function installFresh(npmVersion: string, folder: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(root, file), join(folder, file));
  const npm = ['exec', '--yes', `--package=npm@${npmVersion}`, '--', 'npm'];
  const options = { cwd: folder };
  const { stdout } = await run('npm', [...npm, '--version'], options);
  assert.equal(stdout.trim(), npmVersion);
  await run('npm', [...npm, 'ci', '--ignore-scripts', '--prefer-offline', '--loglevel=error'], options);
}

describe('the lock file', () => {
  it('leaves out what pdf.js would draw with in Node: 35 MB, of which npm locks some systems only', async () => {
    const { packages } = await readJson<Lock>('package-lock.json');
    assert.deepEqual(
      Object.keys(packages).filter((place) => place.includes('@napi-rs/canvas')),
      [],
    );
  });

  it('names versions and checksums, and no download address', async () => {
    const { packages } = await readJson<Lock>('package-lock.json');
    for (const [place, entry] of Object.entries(packages)) {
      if (place === '') continue;
      assert.ok(entry.version !== undefined && entry.integrity !== undefined, place);
      assert.equal(entry.resolved, undefined, place);
    }
  });

  it('is for a manifest that pins every package exactly', async () => {
    const manifest = await readJson<Manifest>('package.json');
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const pinned = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(pinned)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  });

  describe('in a fresh clone', () => {
    const folders = new Map<string, string>();
    const installs = new Map<string, Promise<void>>();

    before(async () => {
      for (const version of NPM_VERSIONS) {
        const folder = await mkdtemp(join(tmpdir(), 'nosocial-lock-'));
        folders.set(version, folder);
        const install = installFresh(version, folder);
        install.catch(() => undefined); // told by the test that waits for it
        installs.set(version, install);
      }
    });

    after(async () => {
      await Promise.allSettled(installs.values());
      for (const folder of folders.values()) await rm(folder, { recursive: true, force: true });
    });

    for (const version of NPM_VERSIONS) {
      it(`is installed by npm ci of npm ${version}, without scripts`, async () => {
        await installs.get(version);
        const folder = folders.get(version)!;
        const script = "require('argon2').hash('secret').then(() => console.log(process.version))";
        const { stdout } = await run(process.execPath, ['-e', script], { cwd: folder });
        assert.equal(stdout.trim(), process.version);
      }).timeout(240_000);
    }
  });
});
