// npm start [-- arguments of `nosocial serve`]: installs and builds what is stale, then serves.
import { ensureBuilt, ensureInstalled, launch, root, runNode } from './checkout.mjs';

await launch(async (args) => {
  await ensureInstalled();
  await ensureBuilt();
  return runNode([`${root}/dist/main.js`, 'serve', ...args]);
});
