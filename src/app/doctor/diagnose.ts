import type { Config } from '../../config/load.ts';
import { openFilesLimit } from '../../lib/open-files.ts';
import { readHolder } from '../data-lock.ts';
import { checkClock, checkNode, checkOpenFiles } from './check-machine.ts';
import { checkDatabase } from './check-database.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkDataFolder } from './check-data-folder.ts';
import { checkDisks } from './check-disks.ts';
import { checkPort } from './check-port.ts';
import { checkPreviews } from './check-previews.ts';
import { summarizeDlna } from './dlna/diagnose-dlna.ts';
import { ok, type Finding } from './finding.ts';
import { checkReach } from './reach/check-reach.ts';
import { askStatus } from './status.ts';

/**
 * Looks at everything that a server needs. Changes nothing; asks the server for what it holds while one runs, and
 * looks by itself otherwise.
 */
export async function diagnose(config: Config): Promise<Finding[]> {
  const answer = await askStatus(config);
  const server = answer.status?.isServing ? readHolder(config.dataFolder) : undefined;
  return [
    checkNode(process.versions.node),
    ...checkDataFolder(config),
    ...(await checkDatabase(config, answer)),
    // A database that does not answer knows the disks.
    ...(answer.problem === undefined ? await checkDisks(config, answer.status?.disks ?? []) : []),
    ...(answer.status?.upkeep === undefined ? [] : [ok('upkeep', answer.status.upkeep)]),
    await checkPort(config, server),
    ...checkCertificate(config, Date.now()),
    ...(await checkReach(config, { isServing: server !== undefined })),
    await checkPreviews(config),
    ...(answer.problem === undefined ? await summarizeDlna(config, { isServing: server !== undefined }) : []),
    await checkClock(Date.now()),
    checkOpenFiles(openFilesLimit()),
  ];
}
