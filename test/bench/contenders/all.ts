import { existsSync } from 'node:fs';
import { apache } from './apache.ts';
import type { ContenderKind } from './contender.ts';
import { nginx } from './nginx.ts';
import { nosocialOnMariadb, nosocialOnSqlite } from './nosocial.ts';
import { rclone } from './rclone.ts';
import { webdavServer } from './webdav-server.ts';

/** By the names that --databases takes. */
export const OURS: readonly { name: string; kind: ContenderKind }[] = [
  { name: 'sqlite', kind: nosocialOnSqlite },
  { name: 'mariadb', kind: nosocialOnMariadb },
];

export const PEERS: readonly ContenderKind[] = [apache, nginx, rclone, webdavServer];

export function missingFiles({ needs }: ContenderKind): string[] {
  return needs.filter((file) => !existsSync(file));
}
