// npm run bench:ui [-- part…]: the budgets of the web page, in the machine's own Chromium.
import { ensureBuilt, ensureInstalled, launch, LaunchError, root, runNode } from './checkout.mjs';
import { installPackages, obstacle } from './requirements.mjs';

const NEEDED = { packages: ['chromium'], needs: ['registry'] };

await launch(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  installPackages([NEEDED]);
  const reason = obstacle(NEEDED);
  if (reason !== undefined) throw new LaunchError(reason);
  return runNode([`${root}/test/bench/page/main.ts`, ...args]);
});
