import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QUIRKS, type Quirk } from '../../dav/quirks/quirks.ts';
import { run } from '../../support/processes.ts';

const ROOT = join(import.meta.dirname, '../../..');

interface Counts {
  readonly passes: number;
  readonly failures: number;
}

describe('every quirk is there for a reason', function () {
  this.timeout(120_000);
  let copy: string;

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'nosocial-quirks-'));
    for (const part of ['src', 'test', 'package.json'])
      await cp(join(ROOT, part), join(copy, part), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  after(() => rm(copy, { recursive: true }));

  /** Runs the tests of a quirk in the copy. */
  const test = async ({ test: file, title }: Quirk): Promise<Counts> => {
    const mocha = join(ROOT, 'node_modules/mocha/bin/mocha.js');
    const args = [mocha, '--reporter', 'json', '--fgrep', title, join(copy, file)];
    const { stdout, stderr } = await run(process.execPath, args, { cwd: copy });
    const json = stdout.slice(stdout.indexOf('{\n'));
    assert.ok(json.startsWith('{'), `${stdout}\n${stderr}`);
    return (JSON.parse(json) as { stats: Counts }).stats;
  };

  for (const quirk of QUIRKS) {
    it(`${quirk.client}: ${quirk.name}`, async () => {
      const file = join(copy, 'src/dav/quirks', quirk.file);
      const text = await readFile(file, 'utf8');
      const there = await test(quirk);
      assert.ok(there.passes > 0 && there.failures === 0, `with it: ${JSON.stringify(there)}`);
      await writeFile(file, withoutIt(text, quirk));
      const gone = await test(quirk);
      await writeFile(file, text);
      assert.ok(gone.failures > 0, `without it: ${JSON.stringify(gone)}`);
    });
  }
});

/** The file with the quirk taken out of it: a function returns at once, a constant is another. */
function withoutIt(text: string, { name, without }: Quirk): string {
  const asFunction = new RegExp(`^export function ${name}\\([^]*?\\{\\n(?=  )`, 'm');
  const asConstant = new RegExp(`^export const ${name}(?:: [^=\\n]+)? = `, 'm');
  const changed = asFunction.test(text)
    ? text.replace(asFunction, (head) => `${head}  return (${without}) as never;\n`)
    : text.replace(asConstant, `export const ${name} = (${without}) as never;\nexport const ${name}_BEFORE = `);
  assert.notEqual(changed, text, `${name} was not found`);
  return changed;
}
