import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNT, type ContenderKind } from './contender.ts';
import { freePort, Peer } from './peer.ts';

const PROGRAM = '/usr/bin/rclone';

export const rclone: ContenderKind = {
  name: 'rclone',
  isOurs: false,
  about: 'serve webdav of a local folder, Basic, else as it comes',
  needs: [PROGRAM],
  leavesOut: [],
  start: async (folder) => {
    const port = await freePort();
    await mkdir(join(folder, 'files'), { recursive: true });
    const config = ['--config', join(folder, 'rclone.conf'), '--cache-dir', join(folder, 'cache')];
    const account = ['--user', ACCOUNT.name, '--pass', ACCOUNT.password];
    const serve = ['serve', 'webdav', join(folder, 'files'), '--addr', `127.0.0.1:${port}`, '--log-level', 'ERROR'];
    return Peer.start({
      name: 'rclone',
      folder,
      davUrl: `http://127.0.0.1:${port}/`,
      command: [PROGRAM, ...serve, ...account, ...config],
    });
  },
};
