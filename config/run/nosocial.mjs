// npm run -s nosocial -- <command>: the command line of this checkout, installed and built first when stale.
import { ensureBuilt, ensureInstalled, launch, root, runNode } from './checkout.mjs';

await launch(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  return runNode([`${root}/dist/main.js`, ...args]);
});
