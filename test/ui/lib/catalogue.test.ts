import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const UI = join(import.meta.dirname, '../../../ui');
const NAME = String.raw`[a-z][\w-]*\.[\w.-]*`;

/** The page has hundreds of texts, each named in the sources: outright, or by a name of which a part is worked out. */
describe('the catalogue of texts', () => {
  const catalogue = JSON.parse(readFileSync(join(UI, 'messages/en.json'), 'utf8')) as Record<string, string>;
  const keys = Object.keys(catalogue);
  const sources = globSync('src/**/*.{ts,svelte}', { cwd: UI })
    .map((file) => readFileSync(join(UI, file), 'utf8'))
    .join('\n');
  const firsts = (pattern: RegExp): string[] => [...sources.matchAll(pattern)].map(([, first = '']) => first);
  const quoted = new Set(firsts(new RegExp(`(?<=['"\`])(${NAME})(?=['"\`])`, 'g')));
  const asked = firsts(new RegExp(`(?<=\\bt\\(['"\`])(${NAME})(?=['"\`])`, 'g'));
  const workedOut = firsts(new RegExp(`\\bt\\(\\s*\`(${NAME}\\$\\{[^\`]*)\``, 'g'));
  const toPattern = (template: string): RegExp =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[\\w-]*')}$`);

  it('has every text that the page asks for', () => {
    assert.deepEqual(
      asked.filter((key) => !(key in catalogue)),
      [],
    );
    assert.deepEqual(
      workedOut.filter((template) => !keys.some((key) => toPattern(template).test(key))),
      [],
    );
  });

  it('has none that nothing asks for', () => {
    // Those of problems are named by the server's codes.
    const patterns = [...workedOut.map(toPattern), /^problem\./];
    assert.deepEqual(
      keys.filter((key) => !quoted.has(key) && !patterns.some((pattern) => pattern.test(key))),
      [],
    );
  });
});
