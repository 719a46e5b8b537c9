// npm run screenshots: the pictures of the README anew, from a server with sample files.
import { ensureBuilt, ensureInstalled, launch, LaunchError, root, runNode } from './checkout.mjs';
import { installPackages, obstacle } from './requirements.mjs';

const NEEDED = { packages: ['chromium', 'ffmpeg'] };

await launch(async () => {
  await ensureInstalled();
  await ensureBuilt();
  installPackages([NEEDED]);
  const reason = obstacle(NEEDED);
  if (reason !== undefined) throw new LaunchError(reason);
  return runNode([`${root}/test/screenshots/main.ts`]);
});
