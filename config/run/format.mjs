// npm run format: writes every file in the shape that `npm run check` asks for.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, launch, nodeBinary, root, tool } from './checkout.mjs';

await launch(async (args) => {
  await ensureInstalled();
  const files = args.length > 0 ? args : ['.'];
  const prettier = [tool('prettier/bin/prettier.cjs'), '--write', '--log-level=warn', ...files];
  return spawnSync(nodeBinary(), prettier, { cwd: root, stdio: 'inherit' }).status ?? 1;
});
