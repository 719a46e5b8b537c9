// npm run coverage: lines covered by the suites below, with the gates of the house: 85 % in all, 95 % in core and dav.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, launch, nodeBinary, root, tool } from './checkout.mjs';

const SUITES = ['unit', 'mariadb', 'conformance', 'protocol'];
/** Types alone: nothing in them runs. */
const TYPES = ['src/core/ports/**', 'src/core/node.ts', 'src/dav/context.ts'];
const GATES = [
  { lines: 85, include: ['src/**'] },
  { lines: 95, include: ['src/core/**', 'src/dav/**'] },
];

await launch(async () => {
  await ensureInstalled();
  const data = path.join(root, 'coverage', 'data');
  fs.rmSync(path.join(root, 'coverage'), { recursive: true, force: true });
  const test = fileURLToPath(new URL('./test.mjs', import.meta.url));
  const env = { ...process.env, NODE_V8_COVERAGE: data };
  const tests = spawnSync(nodeBinary(), [test, ...SUITES], { cwd: root, env, stdio: 'inherit' });
  const reports = GATES.map(({ lines, include }) => {
    console.log(`\n${include.join(' ')}: at least ${lines} % of the lines`);
    const excluded = TYPES.flatMap((pattern) => ['--exclude', pattern]);
    const filter = [...include.flatMap((pattern) => ['--include', pattern]), ...excluded];
    const gate = ['--check-coverage', '--lines', String(lines), '--functions=0', '--branches=0', '--statements=0'];
    const args = ['report', '--all', '--temp-directory', data, '--reporter=text-summary', ...filter, ...gate];
    return spawnSync(nodeBinary(), [tool('c8/bin/c8.js'), ...args], { cwd: root, stdio: 'inherit' });
  });
  return [tests, ...reports].every(({ status }) => status === 0) ? 0 : 1;
});
