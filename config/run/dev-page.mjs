// npm run dev:page: the web page from its sources, anew with every change of them; requests go to a running server
// (NOSOCIAL_DEV_SERVER, http://localhost:8080 without it).
import { ensureInstalled, launch, root, runNode, tool } from './checkout.mjs';

await launch(async (args) => {
  await ensureInstalled();
  return runNode([tool('vite/bin/vite.js'), `${root}/ui`, '--config', `${root}/ui/vite.config.ts`, ...args]);
});
