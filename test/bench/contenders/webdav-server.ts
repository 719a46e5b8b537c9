import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContenderKind } from './contender.ts';
import { freePort, Peer } from './peer.ts';

export const webdavServer: ContenderKind = {
  name: 'webdav-server',
  isOurs: false,
  about: 'npm webdav-server 2.6.3, its physical file system, its own Basic',
  needs: [],
  leavesOut: ['list-10000', 'list-10000-changed', 'list-10000-cold', 'get-ranges'],
  start: async (folder) => {
    const port = await freePort();
    const files = join(folder, 'files');
    await mkdir(files, { recursive: true });
    const program = join(import.meta.dirname, 'webdav-server-process.ts');
    return Peer.start({
      name: 'webdav-server',
      folder,
      davUrl: `http://127.0.0.1:${port}/`,
      command: [process.execPath, program, files, String(port)],
    });
  },
};
