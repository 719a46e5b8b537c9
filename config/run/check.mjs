// npm run check: format, lint, types, layers and unused code. All of them run, even when one fails.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { BROWSER_PROJECT, ensureInstalled, launch, nodeBinary, root, tool } from './checkout.mjs';

/** What the API answers becomes types of the web page, which the lint and the checks of types read. */
const PAGE_TYPES = 'config/run/page-types.mjs';

const CHECKS = [
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['lint', 'eslint/bin/eslint.js', '--config', 'config/eslint.config.js', '--max-warnings=0', '.'],
  ['types', 'typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['types of pages', 'typescript/bin/tsc', '-p', BROWSER_PROJECT],
  ['types of ui tests', 'typescript/bin/tsc', '-p', 'test/ui/tsconfig.json'],
  [
    'components',
    'svelte-check/bin/svelte-check',
    '--tsconfig',
    'ui/tsconfig.json',
    '--fail-on-warnings',
    '--output=human',
  ],
  [
    'layers',
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    '--config',
    'config/dependency-cruiser.cjs',
    '--output-type=err',
    'src',
    'test',
    'ui/src',
  ],
  ['unused', 'knip/bin/knip.js', '--no-progress', '--no-config-hints'],
];

async function run([name, script, ...args]) {
  const startedMs = Date.now();
  const child = spawn(nodeBinary(), [tool(script), ...args], { cwd: root });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece) => {
      said += piece;
    });
  }
  const [status] = await once(child, 'close');
  const ok = status === 0;
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  if (!ok) process.stdout.write(said);
  console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(17)} ${seconds.padStart(6)} s`);
  return ok;
}

/** One after the other; resolves to how many failed. */
async function runLane(checks) {
  let failed = 0;
  for (const check of checks) if (!(await run(check))) failed += 1;
  return failed;
}

function generatePageTypes() {
  const result = spawnSync(nodeBinary(), [PAGE_TYPES], { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) process.stdout.write(`${result.stdout}${result.stderr}`);
  return result.status === 0;
}

await launch(async (args) => {
  await ensureInstalled();
  const unknown = args.filter((arg) => !CHECKS.some(([name]) => name === arg));
  if (unknown.length > 0) {
    console.error(`no such check: ${unknown.join(', ')}; there are: ${CHECKS.map(([name]) => name).join(', ')}`);
    return 2;
  }
  if (!generatePageTypes()) return 1;
  const chosen = CHECKS.filter(([name]) => args.length === 0 || args.includes(name));
  // The linter takes as long as all others together.
  const isLint = ([name]) => name === 'lint';
  const lanes = [chosen.filter(isLint), chosen.filter((check) => !isLint(check))];
  const failed = (await Promise.all(lanes.map(runLane))).reduce((sum, count) => sum + count, 0);
  return failed === 0 ? 0 : 1;
});
