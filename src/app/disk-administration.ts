import { isAbsolute } from 'node:path';
import type { DiskAdministration } from '../api/contract/services.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { addDisk, listDisks, removeDisk } from '../core/disks.ts';
import { DomainError } from '../lib/errors.ts';
import type { AuditLog } from '../observe/audit.ts';
import { freeDiskName } from './administration.ts';
import { reserveFor } from './disk-reserve.ts';

/** Disks for the API. */
export function diskAdministration(core: Core, config: Config, audit: Pick<AuditLog, 'record'>): DiskAdministration {
  return {
    list: () => listDisks(core),
    async add({ path, name, reserveBytes }, { userName, address }) {
      if (!isAbsolute(path)) throw new DomainError('bad-request', `"${path}" is no absolute path`);
      const stored = await addDisk(core, {
        path,
        name: name ?? (await freeDiskName(core)),
        reserveBytes: reserveBytes ?? (await reserveFor(config, path)),
      });
      audit.record({ action: 'disk-added', user: userName, address, target: stored.name });
      const report = (await listDisks(core)).find(({ id }) => id === stored.id);
      if (!report) throw new DomainError('not-found', `the disk "${stored.name}" was removed meanwhile`);
      return report;
    },
    async remove(name, { userName, address }) {
      await removeDisk(core, name);
      audit.record({ action: 'disk-removed', user: userName, address, target: name });
    },
  };
}
