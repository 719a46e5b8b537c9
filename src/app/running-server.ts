import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { recover } from '../core/maintenance/recover.ts';
import { ensureCommonSpaces } from '../core/spaces.ts';
import type { Address } from '../http/listener.ts';
import type { Server } from '../http/server.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import type { Log } from '../observe/log.ts';
import { localOrigin } from './addresses.ts';
import { administer, isAdminRequest, type Administration } from './administration.ts';
import { beginAnnouncing } from './announcing.ts';
import { compose } from './compose.ts';
import { ControlServer, removeControlPath, type ControlHandler } from './control.ts';
import type { DataLock } from './data-lock.ts';
import { useDisks } from './disks.ts';
import { openStorage } from './storage.ts';
import { Sweeper } from './sweeper.ts';
import { ServedTls } from './tls/served-tls.ts';

/** A server that answers, until it is stopped. */
export class RunningServer {
  readonly administration: Administration;
  /** As bound. */
  readonly address: Address;
  readonly #controlPath: string;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    parts: AsyncDisposableStack,
    { administration, address, controlPath }: { administration: Administration; address: Address; controlPath: string },
  ) {
    this.#parts = parts;
    this.administration = administration;
    this.address = address;
    this.#controlPath = controlPath;
  }

  /** `lock` is held by the caller as long as the server lives. Whatever was begun is ended again when this throws. */
  static async start(config: Config, { lock, log }: { lock: DataLock; log: Log }): Promise<RunningServer> {
    // Last begun, first ended: the address is given up before the disks are, and those before the database.
    const parts = new AsyncDisposableStack();
    try {
      const tls = new ServedTls(config, log);
      const storage = await openStorage(config, (text) => log.warn(text));
      parts.defer(() => storage.close());
      await prepare(storage.core, config, log);

      const composition = await compose(config, storage.core, { log, tls, settings: storage.settings });
      parts.defer(() => composition.close());
      const { server, administration, television } = composition;
      const sweeper = new Sweeper(storage.core, {
        onFailure: (error) => log.error({ error }, 'tidying up failed; it is tried again'),
        onRemoved: ({ userName }) => administration.audit.record({ action: 'user-removed', target: userName }),
        onExpired: ({ node, path }) => administration.audit.record({ action: 'expired', target: path, value: node.id }),
      });
      parts.defer(() => sweeper.stop());
      const control = await ControlServer.listen(config.dataFolder, controlHandler(administration));
      parts.defer(() => control.close());
      const address = await listen(server, config);
      parts.defer(() => server.close(config.http.shutdownGraceSeconds * 1000));
      // Clients that only wait to be told something are let go at once.
      parts.defer(() => storage.core.store.changeFeed.end());
      parts.defer(() => tls.stop());
      await tls.begin(server);
      // Ended first of all: nobody is sent to a server that takes no more connections.
      parts.defer(() => television.stop());
      await television.begin();
      const announcer = beginAnnouncing(config, server, log);
      parts.defer(() => announcer?.stop());

      lock.announce({ controlPath: control.path, url: localOrigin(address) });
      return new RunningServer(parts, { administration, address, controlPath: control.path });
    } catch (error) {
      await parts.disposeAsync();
      throw error;
    }
  }

  /** Lets requests that run come to their end, writes what waits, and closes everything. */
  async stop(): Promise<void> {
    await this.#parts.disposeAsync();
  }

  /** For a process that is about to die: what would stay behind it. */
  abandon(): void {
    removeControlPath(this.#controlPath);
  }
}

/** Brings the store to rest after whatever happened to the last process. */
async function prepare(core: Core, config: Config, log: Log): Promise<void> {
  await useDisks(core, config);
  for (const { name, path, state, problem } of core.blobs.listDisks()) {
    if (state === 'down')
      log.warn({ disk: name, path, problem }, 'a disk is down; its files cannot be read until it is back');
  }
  const { uploads, packs, jobs } = await recover(core);
  if (uploads + packs + jobs > 0) log.info({ uploads, packs, jobs }, 'cleaned up after the last run');
  await ensureCommonSpaces(core);
}

async function listen(server: Server, config: Config): Promise<Address> {
  try {
    return await server.listen(config.listen);
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const hint = 'choose another address with --listen HOST:PORT, NOSOCIAL_LISTEN or `listen` in the file';
    throw new DomainError('unavailable', `${error.message}; ${hint}`, {
      cause: error,
    });
  }
}

function controlHandler(administration: Administration): ControlHandler {
  return async ({ request, args }, asker) => {
    if (!isAdminRequest(request)) {
      throw new DomainError('bad-request', `the running server does not know "${request}"; it is of another version`);
    }
    // The other side is this product's own command line, run by the same user.
    return administer(administration, { name: request, args: args as never }, asker);
  };
}
