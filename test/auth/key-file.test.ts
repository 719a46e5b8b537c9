import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { ensureKeyFile, readKeyFile, withNewTokenKey, writeKeyFile } from '../../src/auth/key-file.ts';
import { KeptKeys } from '../../src/auth/kept-keys.ts';
import { KeyRing, newKey } from '../../src/auth/key-ring.ts';
import { Scratch } from '../support/processes.ts';

describe('the file of keys', () => {
  let scratch: Scratch;
  let file: string;
  beforeEach(async () => {
    scratch = await Scratch.create('keys');
    file = scratch.path('account.keys');
  });
  afterEach(() => scratch.remove());

  const NOW = Date.UTC(2026, 0, 15);
  const refused = (pattern: RegExp) =>
    assert.rejects(ensureKeyFile(file, NOW), (error: Error & { code: string }) => {
      assert.equal(error.code, 'refused');
      assert.match(error.message, pattern);
      return true;
    });

  it('is made once, for its owner alone, with a key of each kind', async () => {
    const keys = await ensureKeyFile(file, NOW);
    assert.deepEqual(
      keys.map(({ kind, bytes }) => [kind, bytes.length]),
      [
        ['token', 32],
        ['seal', 32],
      ],
    );
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await ensureKeyFile(file, NOW + 1), keys);
    assert.deepEqual(await readKeyFile(file), keys);
    assert.notDeepEqual(keys[0]?.bytes, keys[1]?.bytes);
  });

  it('is not made where one is only to be read', async () => {
    await assert.rejects(readKeyFile(file), { code: 'not-found' });
    await assert.rejects(stat(file), { code: 'ENOENT' });
  });

  const bad: [what: string, text: (good: string) => string, says: RegExp][] = [
    ['empty', () => '', /holds no "token" key/],
    ['only remarks', (good) => good.replaceAll(/^[ts].*$/gm, ''), /holds no "token" key/],
    ['without a key to seal with', (good) => good.replace(/^seal.*$/m, ''), /holds no "seal" key/],
    ['with a key cut short', (good) => good.slice(0, -8), /holds a line that is no key/],
    [
      'with a key of zeros',
      (good) => good.replace(/ [\w-]{43}$/m, ` ${'A'.repeat(43)}`),
      /holds a line that is no key/,
    ],
    [
      'with another kind of key',
      (good) => `${good}other 2026-01-01 ${'b'.repeat(43)}\n`,
      /holds a line that is no key/,
    ],
    ['something else', () => 'hello\n', /holds a line that is no key/],
  ];
  for (const [what, change, says] of bad) {
    it(`is refused and left alone when it is ${what}, and no secret is told`, async () => {
      const keys = await ensureKeyFile(file, NOW);
      const text = change(await readFile(file, 'utf8'));
      await writeFile(file, text);
      await refused(says);
      assert.equal(await readFile(file, 'utf8'), text);
      const error = await readKeyFile(file).catch((reason: unknown) => reason as Error);
      for (const { bytes } of keys)
        assert.ok(!(error as Error).message.includes(bytes.toString('base64url').slice(0, 16)));
    });
  }

  it('is refused when others can read it', async () => {
    await ensureKeyFile(file, NOW);
    await chmod(file, 0o644);
    await refused(/can be read by others/);
    await chmod(file, 0o440);
    await ensureKeyFile(file, NOW);
  });

  it('keeps the last key for tokens beside a new one, and all others', async () => {
    const first = await ensureKeyFile(file, NOW);
    const second = withNewTokenKey(first, NOW + 1);
    const third = withNewTokenKey(second, NOW + 2);
    await writeKeyFile(file, third);
    const kept = await readKeyFile(file);
    assert.deepEqual(kept, [third[0], second[0], first[1]]);
    assert.equal(new KeyRing(kept).newest('token').id, third[0]?.id);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });
});

describe('keys that are kept', () => {
  const DAY_MS = 24 * 3600_000;
  const NOW = Date.UTC(2026, 0, 15);
  let scratch: Scratch;
  let file: string;
  beforeEach(async () => {
    scratch = await Scratch.create('keys');
    file = scratch.path('account.keys');
  });
  afterEach(() => scratch.remove());

  it('get another for tokens after 90 days, for the next start as well', async () => {
    const own = new KeptKeys(file, { isOwn: true });
    const keys = await own.open(NOW);
    const [token, seal] = [keys.newest('token'), keys.newest('seal')];
    await own.renew(keys, NOW + 90 * DAY_MS - 1);
    assert.equal(keys.newest('token'), token);
    await own.renew(keys, NOW + 90 * DAY_MS);
    assert.notEqual(keys.newest('token').id, token.id);
    assert.equal(keys.newest('seal'), seal);
    assert.equal(keys.find('token', token.id), token);
    assert.deepEqual((await own.open(0)).keys, keys.keys);
  });

  it('are only read where they are given', async () => {
    const given = new KeptKeys(file, { isOwn: false });
    await assert.rejects(given.open(NOW), { code: 'refused', message: /accounts\.keyFile.*copy account\.keys there/ });
    await ensureKeyFile(file, NOW);
    const text = await readFile(file, 'utf8');
    const keys = await given.open(NOW);
    await given.renew(keys, NOW + 1000 * DAY_MS);
    assert.equal(await readFile(file, 'utf8'), text);
  });
});

describe('a sealed secret', () => {
  const keys = new KeyRing([newKey('seal', 1), newKey('token', 1)]);

  it('is opened for the purpose that it was sealed for', () => {
    const sealed = keys.seal('secret', 'second-factor 1');
    assert.ok(!sealed.includes('secret'));
    assert.notEqual(sealed, keys.seal('secret', 'second-factor 1'));
    assert.equal(keys.open(sealed, 'second-factor 1'), 'secret');
    assert.throws(() => keys.open(sealed, 'second-factor 2'));
    assert.throws(() => keys.open(`${sealed.slice(0, -2)}AA`, 'second-factor 1'));
  });

  it('is opened by the key before, and not without its key', () => {
    const sealed = keys.seal('secret', 'x');
    const newer = newKey('seal', 2);
    assert.equal(new KeyRing([newer, ...keys.keys]).open(sealed, 'x'), 'secret');
    assert.throws(() => new KeyRing([newer]).open(sealed, 'x'), { code: 'refused' });
  });
});
