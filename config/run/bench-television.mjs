// npm run bench:television: what televisions need, checked with our server and with minidlna, as a table of Markdown.
import { suites } from '../../test/suites.mjs';
import { ensureInstalled, launch, LaunchError, root, runNode } from './checkout.mjs';
import { installPackages, obstacle } from './requirements.mjs';

await launch(async () => {
  await ensureInstalled();
  const suite = suites.find(({ name }) => name === 'television');
  installPackages([suite]);
  const reason = obstacle(suite);
  if (reason !== undefined) throw new LaunchError(reason);
  return runNode([`${root}/test/e2e/television/compare-process.ts`]);
});
