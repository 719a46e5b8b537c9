// npm run check: format, lint, types, layers and unused code. All of them run, even when one fails.
import { spawnSync } from 'node:child_process';
import { BROWSER_PROJECT, ensureInstalled, launch, nodeBinary, root, tool } from './checkout.mjs';

const CHECKS = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['lint', 'eslint/bin/eslint.js', '--config', 'config/eslint.config.js', '--max-warnings=0', '.'],
  ['types', 'typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['types of pages', 'typescript/bin/tsc', '-p', BROWSER_PROJECT],
  [
    'layers',
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    'config/dependency-cruiser.cjs',
    '--output-type=err',
    'src',
    'test',
  ],
  ['unused', 'knip/bin/knip.js', '--no-progress', '--no-config-hints'],
];

function run([name, script, ...args]) {
  const startedMs = Date.now();
  const result = spawnSync(nodeBinary(), [tool(script), ...args], { cwd: root, encoding: 'utf8' });
  const ok = result.status === 0;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  if (!ok) process.stdout.write(`${result.stdout}${result.stderr}`);
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${seconds.padStart(6)} s`);
  return ok;
}

await launch(async (args) => {
  await ensureInstalled();
  const unknown = args.filter((arg) => !CHECKS.some(([name]) => name === arg));
  if (unknown.length > 0) {
    console.error(`no such check: ${unknown.join(', ')}; there are: ${CHECKS.map(([name]) => name).join(', ')}`);
    return 2;
  }
  const chosen = CHECKS.filter(([name]) => args.length === 0 || args.includes(name));
  const failed = chosen.map(run).filter((ok) => !ok).length;
  return failed === 0 ? 0 : 1;
});
