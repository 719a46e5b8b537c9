import type { Config } from '../config/load.ts';
import { createLog, type Log } from '../observe/log.ts';
import { ensureDataFolder } from './data-folder.ts';
import { DataLock } from './data-lock.ts';
import { RunningServer } from './running-server.ts';
import { describeStart } from './start-report.ts';

/** What the grace for requests does not cover: a disk or database that no longer answers. */
const CLEAN_UP_MS = 15_000;

/**
 * Runs the server until it is asked to end; `say` gets the lines for whoever started it. Resolves to whether it ended
 * well. Throws when it cannot start: `refused` while another one runs on the same data.
 */
export async function serve(config: Config, say: (line: string) => void): Promise<boolean> {
  const log = createLog(config.log);
  const stopRequested = watchSignals(log);
  const guard = new CrashGuard(log);
  await ensureDataFolder(config);
  const lock = await DataLock.take(config, 'serve');
  try {
    const server = await RunningServer.start(config, { lock, log });
    guard.onCrash = () => server.abandon();
    for (const line of await describeStart(config, server)) say(line);
    const signal = await stopRequested;
    log.info({ signal }, 'ending');
    return await stopInTime(server, config, log);
  } finally {
    guard.end();
    lock.release();
  }
}

async function stopInTime(server: RunningServer, config: Config, log: Log): Promise<boolean> {
  const graceMs = config.http.shutdownGraceSeconds * 1000;
  const timer = setTimeout(() => {
    log.error('did not come to an end in time; what was acknowledged is safe');
    process.exit(1);
  }, graceMs + CLEAN_UP_MS);
  try {
    await server.stop();
    log.info('ended');
    return true;
  } catch (error) {
    log.error({ error }, 'did not end in good order; what was acknowledged is safe');
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves at the first signal that asks to end; a second one ends the process at once. */
function watchSignals(log: Log): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let hasAsked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (hasAsked) {
      log.warn({ signal }, 'asked again: ending at once');
      process.exit(1);
    }
    hasAsked = true;
    resolve(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return promise;
}

/** After a fault that nobody caught the state is unknown: the process ends, and what supervises it starts another. */
class CrashGuard {
  onCrash: (() => void) | undefined;
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
    process.on('uncaughtException', this.#crash);
    process.on('unhandledRejection', this.#crash);
  }

  end(): void {
    process.off('uncaughtException', this.#crash);
    process.off('unhandledRejection', this.#crash);
  }

  readonly #crash = (error: unknown): void => {
    try {
      this.#log.error({ error }, 'a fault that nobody caught: ending; what was acknowledged is safe');
      this.onCrash?.();
    } finally {
      process.exit(1);
    }
  };
}
