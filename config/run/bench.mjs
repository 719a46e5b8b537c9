// npm run bench: our server beside others, on this machine. --help tells more.
import { ensureBuilt, ensureInstalled, launch, LaunchError, root, runNode } from './checkout.mjs';
import { installPackages, obstacle } from './requirements.mjs';

/** Without it nothing is measured. */
const DRIVER = { packages: ['wrk'] };
/** Who lacks a package does not take part. */
const PEERS = [
  { packages: ['apache2-bin'] },
  { packages: ['nginx', 'libnginx-mod-http-dav-ext'] },
  { packages: ['rclone'] },
  { packages: ['mariadb-server'] },
  { packages: ['e2fsprogs', 'mount'] },
];

await launch(async (args) => {
  await ensureInstalled();
  const isRun = !args.includes('--help') && !args.includes('--list');
  if (isRun) {
    await ensureBuilt();
    installPackages([DRIVER, ...PEERS]);
    const reason = obstacle(DRIVER);
    if (reason !== undefined) throw new LaunchError(reason);
  }
  return runNode([`${root}/test/bench/main.ts`, ...args]);
});
