import { networkInterfaces } from 'node:os';
import type { Endpoint } from '../api/connect/places.ts';
import type { ApiServices } from '../api/contract/services.ts';
import { EventStreams } from '../api/v1/changes/event-streams.ts';
import { PreparedArchives } from '../api/v1/files/prepared-archives.ts';
import { UploadLocks } from '../api/v1/uploads/upload-locks.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import type { Previewer } from '../core/ports/previewer.ts';
import { FolderPages } from '../core/folder-pages.ts';
import { createDavHandler, type DavContext } from '../dav/handler.ts';
import { createServerRootHandler } from '../dav/server-root.ts';
import type { FinishedRequest } from '../http/access-log.ts';
import { Arrivals } from '../http/arrivals.ts';
import { InFlightLimiter } from '../http/in-flight.ts';
import { createOperations } from '../http/operations.ts';
import { contextOf } from '../http/request-context.ts';
import { Server } from '../http/server.ts';
import { RunningJobs } from '../jobs/running-jobs.ts';
import type { AuditLog } from '../observe/audit.ts';
import type { Log } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import { endpoints } from './addresses.ts';
import type { Administration } from './administration.ts';
import { openAudit } from './audit.ts';
import { beginUpkeep, keepSearchIndex, watchHealth } from './background.ts';
import { diskAdministration } from './disk-administration.ts';
import { HomeVisits } from './home-visits.ts';
import type { LiveSettings } from './live-settings.ts';
import { observedCore } from './observed-core.ts';
import { openPreviewer } from './previewer.ts';
import type { SearchKeeper } from './search-keeper.ts';
import { openSignIn, type SignIn } from './sign-in.ts';
import { siteOf } from './site.ts';
import { Television } from './television.ts';
import { televisionStatus } from './television-requests.ts';
import type { ServedTls } from './tls/served-tls.ts';
import { userServices } from './user-parts.ts';

/** Of each user. */
const ARCHIVES_AT_ONCE = 4;

export interface Composition {
  readonly server: Server;
  readonly administration: Administration;
  readonly television: Television;
  close(): Promise<void>;
}

interface Surroundings {
  readonly log: Log;
  readonly settings: LiveSettings;
  readonly tls: ServedTls;
}

/** Puts a server together on a core that is ready. The only place that knows every part. */
export async function compose(config: Config, plainCore: Core, surroundings: Surroundings): Promise<Composition> {
  const { log, tls, settings } = surroundings;
  const metrics = new Metrics();
  const visits = new HomeVisits();
  const searchKeeper = keepSearchIndex(plainCore, log);
  const core = observedCore(plainCore, { metrics, visits, noteChange: () => searchKeeper.noteChange() });
  const audit = await openAudit(config, core, (error) => log.error({ error }, 'the audit log cannot be written'));
  const signIn = await openSignIn(config, { core, metrics, audit, log });
  const jobs = new RunningJobs(core.clock, (error, { kind }) => log.error({ error, kind }, 'a job failed'));
  const previewer = openPreviewer(config, core, log);
  const listEndpoints = (): Endpoint[] => addressesOf(config, server, tls);
  const television = new Television(config, { core, plainCore, previewer, settings, metrics, log });
  const parts = { core, signIn, jobs, searchKeeper, previewer, television, audit, settings, listEndpoints };
  const services = apiServices(config, parts);

  const dav = davContext(config, { core, signIn, log });
  const probes = { ping: () => core.store.ping(), disks: () => core.blobs.listDisks() };
  const arrivals = new Arrivals();
  const { publicUrl, trustedProxies, http: limits } = config;
  const server = new Server({
    dav: createDavHandler(dav),
    davRoot: createServerRootHandler(dav),
    operations: createOperations({ probes, metrics, authenticator: signIn.authenticator, arrivals }),
    site: siteOf(config, { services, signIn, tls, listEndpoints, audit, log }),
    limits,
    trustedProxies,
    publicUrl,
    log,
    metrics,
    onFinished: (request) => {
      recordDeletion(request, audit);
      visits.record(request, audit);
    },
  });
  const healthWatch = watchHealth(probes, log);
  const upkeep = beginUpkeep(plainCore, { log, metrics, chores: [() => signIn.tidy(), () => previewer.tidy()] });
  const { hasher } = signIn;
  const shared = { core, config, settings, isServing: true, listEndpoints, tls, arrivals, hasher, audit, upkeep };
  return {
    server,
    administration: { ...shared, searchIndex: searchKeeper, television },
    television,
    /** What others still need is closed last. */
    close: async () => {
      await jobs.close();
      await searchKeeper.stop();
      await healthWatch.stop();
      await previewer.close();
      await upkeep.stop();
      hasher.close();
      await audit.close();
    },
  };
}

function davContext(
  { webdav, publicUrl }: Config,
  { core, signIn, log }: { core: Core; signIn: SignIn; log: Log },
): DavContext {
  const { propfindInfiniteDepth: allowInfiniteDepth, windowsListingBytes } = webdav;
  return {
    core,
    authenticate: (request) => signIn.admission.authenticate(request),
    mayGoOn: (request, actor) => signIn.admission.mayGoOn(request, actor),
    requestId: (request) => contextOf(request).id,
    forwardedHost: (request) => contextOf(request).forwardedHost,
    clientAddress: (request) => contextOf(request).remoteAddress,
    settings: { prefix: '/dav', allowInfiniteDepth, windowsListingBytes, publicUrl, realm: 'nosocial' },
    log,
  };
}

interface ApiParts {
  readonly core: Core;
  readonly signIn: SignIn;
  readonly jobs: RunningJobs;
  readonly searchKeeper: SearchKeeper;
  readonly previewer: Previewer;
  readonly television: Television;
  readonly audit: AuditLog;
  readonly settings: LiveSettings;
  readonly listEndpoints: () => Endpoint[];
}

function apiServices(config: Config, parts: ApiParts): ApiServices {
  const { core, signIn, jobs, searchKeeper, previewer, television, audit, settings, listEndpoints } = parts;
  return {
    core,
    ...signIn.services,
    ...userServices({ core, settings, hasher: signIn.hasher, audit, listEndpoints }),
    identify: (request) => signIn.identify(request),
    enter: (request, { actor }) => signIn.admission.enter(request, actor),
    jobs,
    folderPages: new FolderPages(core),
    searchIndex: searchKeeper,
    previewer,
    uploadLocks: new UploadLocks(),
    preparedArchives: new PreparedArchives(core.clock),
    archivesUnderWay: new InFlightLimiter(ARCHIVES_AT_ONCE, 'zips'),
    eventStreams: new EventStreams(),
    auditTrail: audit,
    disks: diskAdministration(core, config, audit),
    televisionStatus: () => televisionStatus({ core, config, settings, television }),
    audit: (event) => audit.record(event),
  };
}

function addressesOf({ publicUrl, listen }: Config, server: Server, tls: ServedTls): Endpoint[] {
  return endpoints({ publicUrl, plain: server.address ?? listen, secure: tls.reach }, networkInterfaces());
}

function recordDeletion({ edge, method, status, path, user, remoteAddress }: FinishedRequest, audit: AuditLog): void {
  if (edge !== 'dav' || method !== 'DELETE' || status >= 300) return;
  audit.record({ action: 'deleted', user: user?.name, address: remoteAddress, target: path });
}
