import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/load.ts';
import { DomainError } from '../lib/errors.ts';
import { askControl, NobodyListens, type ControlRequest } from './control.ts';
import { ensureDataFolder } from './data-folder.ts';
import { DataLock, readHolder, type Holder } from './data-lock.ts';
import type { AdminArgs, AdminRequestName, AdminResult, Asker } from './requests.ts';

/** A server that starts is reachable within this time; it may have to clean up before. */
const STARTING_PATIENCE_MS = 15_000;
/** One that was reachable and is not any more is gone within this time. */
const ENDING_PATIENCE_MS = 5_000;
const RETRY_MS = 25;

/** The requests that may be the first thing that happens to a data folder. */
const MAY_BEGIN: ReadonlySet<AdminRequestName> = new Set(['userAdd', 'diskAdd', 'setupLink', 'tlsInit']);

/** Waits to the end and does not ask how far it is. */
const PATIENT: Asker = { signal: new AbortController().signal, onProgress: () => undefined };

/**
 * Has a request done: by the server that works on the data, through its control socket, or right here while none
 * does. Never opens the database beside another process. Throws what the request throws, and `refused` when
 * something holds the data that cannot be asked.
 */
export async function admin<K extends AdminRequestName>(
  config: Config,
  name: K,
  args: AdminArgs<K>,
  asker: Asker = PATIENT,
): Promise<AdminResult<K>> {
  await prepareFolder(config, name);
  const startedAt = performance.now();
  for (;;) {
    const lock = DataLock.tryTake(config, 'command');
    if (lock) {
      // Loaded when it is wanted: most commands only ask a server.
      const { actAlone } = await import('./acting-alone.ts');
      return actAlone(config, lock, { request: { name, args }, asker });
    }
    const holder = readHolder(config.dataFolder);
    const answer = await askHolder(config, holder, { request: { request: name, args }, asker });
    if (answer) return answer.result as AdminResult<K>;
    const patienceMs = holder?.controlPath === undefined ? STARTING_PATIENCE_MS : ENDING_PATIENCE_MS;
    if (performance.now() - startedAt > patienceMs) throw unreachable(config, holder);
    await delay(RETRY_MS);
  }
}

/** Undefined while the holder takes no requests: it starts, or stops, or is a command. */
async function askHolder(
  config: Config,
  holder: Holder | undefined,
  { request, asker }: { request: ControlRequest; asker: Asker },
): Promise<{ result: unknown } | undefined> {
  if (holder?.controlPath === undefined) return undefined;
  assertSameDatabase(config, holder);
  try {
    return { result: await askControl(holder.controlPath, request, asker) };
  } catch (error) {
    if (error instanceof NobodyListens) return undefined;
    throw error;
  }
}

async function prepareFolder(config: Config, name: AdminRequestName): Promise<void> {
  if (!hasData(config) && !MAY_BEGIN.has(name)) {
    throw new DomainError(
      'not-found',
      `there are no data at "${config.dataFolder}" yet; start a server there once, or say with --data where they are`,
    );
  }
  await ensureDataFolder(config);
}

/** Whether there can be anything to ask about. */
export function hasData({ database, dataFolder }: Config): boolean {
  return existsSync(database.kind === 'sqlite' ? database.file : dataFolder);
}

/** The answer must be about the database that was asked for. */
function assertSameDatabase(config: Config, holder: Holder): void {
  if (holder.database === config.database.shown) return;
  throw new DomainError(
    'refused',
    `the server on "${config.dataFolder}" (process ${holder.pid}) uses another database, ${holder.database}`,
  );
}

function unreachable(config: Config, holder: Holder | undefined): DomainError {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new DomainError(
    'refused',
    `${who} holds "${config.dataFolder}", but does not answer at its control socket; ` +
      'nothing was changed. Try again as the user that the server runs as, or stop it first',
  );
}
