import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { actorOf, type Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import { LibraryKeeper } from '../core/media/library-keeper.ts';
import { MediaLibrary } from '../core/media/media-library.ts';
import { Probing } from '../core/media/probing.ts';
import type { Previewer } from '../core/ports/previewer.ts';
import { MediaServer, type MediaServerState } from '../dlna/media-server.ts';
import { logAccess } from '../http/access-log.ts';
import { isDomainError } from '../lib/errors.ts';
import { productVersion } from '../lib/product-version.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { ToolProber } from '../previews/media-prober.ts';
import type { LiveSettings } from './live-settings.ts';
import { shownName, viewerOf } from './television-settings.ts';

const DEVICE_ID = 'dlnaDeviceId';
const SECRET = 'dlnaSecret';

interface Surroundings {
  /** For what televisions ask. */
  readonly core: Core;
  /** For what is done in the background. */
  readonly plainCore: Core;
  readonly previewer: Previewer;
  readonly settings: Pick<LiveSettings, 'dlna' | 'onChange'>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The media space on televisions: the library that is kept of it, and the media server that shows it. */
export class Television {
  readonly #config: Config;
  readonly #surroundings: Surroundings;
  readonly #library: MediaLibrary;
  #running: AsyncDisposableStack | undefined;
  #server: MediaServer | undefined;
  #prober: ToolProber | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(config: Config, surroundings: Surroundings) {
    this.#config = config;
    this.#surroundings = surroundings;
    this.#library = new MediaLibrary(surroundings.core);
    surroundings.metrics.watchTelevision(() => this.#server?.streamCount ?? 0);
  }

  /** Undefined while it is turned off. */
  get state(): MediaServerState | undefined {
    return this.#server?.state;
  }

  /** Whether there are programs that look into films; undefined while it is turned off. */
  async hasTools(): Promise<boolean | undefined> {
    return this.#prober?.isThere();
  }

  /**
   * Begins what the settings want, and goes by them from then on. Resolves when it was tried on each interface; what
   * failed is told, and tried again.
   */
  async begin(): Promise<void> {
    this.#surroundings.settings.onChange(() => void this.#follow());
    await this.#follow();
  }

  /** Says goodbye to televisions first. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#follow();
  }

  /** Never rejects. */
  async #follow(): Promise<void> {
    const { log } = this.#surroundings;
    this.#turn = this.#turn
      .then(() => this.#adapt())
      .catch((error: unknown) => log.error({ error }, 'the media server could not be turned on or off'));
    await this.#turn;
  }

  async #adapt(): Promise<void> {
    const isWanted = !this.#isStopped && this.#surroundings.settings.dlna.enabled;
    if (isWanted === (this.#running !== undefined)) return;
    if (isWanted) await this.#start();
    else await this.#end();
  }

  async #start(): Promise<void> {
    const parts = new AsyncDisposableStack();
    this.#running = parts;
    try {
      this.#keepLibrary(parts);
      const server = await this.#mediaServer();
      this.#server = server;
      parts.defer(() => server.stop());
      await server.start();
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  async #end(): Promise<void> {
    const parts = this.#running;
    this.#running = undefined;
    this.#server = undefined;
    this.#prober = undefined;
    await parts?.disposeAsync();
  }

  #keepLibrary(parts: AsyncDisposableStack): void {
    const { plainCore, log } = this.#surroundings;
    const { dataFolder, programPath } = this.#config;
    const library = this.#library;
    const keeper = new LibraryKeeper(plainCore, library, {
      onFailure: (error) => log.error({ error }, 'what televisions are shown could not be followed; it is tried again'),
      onRebuilt: (tookMs) => log.info({ tookMs }, 'looked through all that televisions are shown'),
    });
    parts.defer(() => keeper.stop());
    const prober = new ToolProber({ core: plainCore, folder: join(dataFolder, 'previews'), programPath });
    this.#prober = prober;
    const probing = new Probing(plainCore, {
      library,
      prober,
      onFailure: (error) => log.warn({ error }, 'films could not be looked into; it is tried again'),
    });
    parts.defer(() => probing.stop());
  }

  async #mediaServer(): Promise<MediaServer> {
    const { core, previewer, metrics, log } = this.#surroundings;
    const { port, interfaces, name } = this.#config.dlna;
    const device = {
      udn: `uuid:${await keptSetting(core, DEVICE_ID, randomUUID)}`,
      friendlyName: shownName(name),
      version: productVersion(),
    };
    const secret = await keptSetting(core, SECRET, () => randomBytes(32).toString('base64url'));
    return new MediaServer({
      context: {
        ...{ core, library: this.#library, previewer, device },
        secret: Buffer.from(secret, 'base64url'),
        viewerAt: (address) => this.#viewerAt(address),
      },
      ...{ port, interfaces },
      onServed: (place) => log.info(place, 'televisions can find it'),
      onProblem: ({ error, ...where }) => {
        const why = isDomainError(error) ? { problem: error.message } : { error };
        log.warn({ ...where, ...why }, 'televisions do not find it; it is tried again');
      },
      onFailure: (error) => log.error({ error }, 'a request of a television failed'),
      onFinished: (request) => {
        metrics.observeRequest(request);
        logAccess(log, request);
      },
    });
  }

  async #viewerAt(address: string): Promise<Actor | undefined> {
    const { core, settings } = this.#surroundings;
    const name = viewerOf(address, settings.dlna.viewers);
    const user = name === undefined ? undefined : await core.store.findUser(name);
    return user && !user.isDisabled ? actorOf(user) : undefined;
  }
}

/** What is made once, and the same for ever. */
async function keptSetting({ store }: Core, key: string, make: () => string): Promise<string> {
  const kept = await store.getSetting(key);
  if (kept !== undefined) return kept;
  const made = make();
  await store.run('setSetting', { key, value: made });
  return made;
}
