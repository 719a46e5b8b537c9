import { networkInterfaces } from 'node:os';
import { authorityFiles } from '../api/connect/authority-files.ts';
import type { Endpoint } from '../api/connect/places.ts';
import { connectRoutes } from '../api/connect/routes.ts';
import { apiDocs } from '../api/docs/routes.ts';
import { apiRoutes, noSuchRoute } from '../api/contract/mount.ts';
import { ROUTES } from '../api/all-routes.ts';
import { setupRoutes } from '../api/setup/routes.ts';
import { EventStreams } from '../api/v1/changes/event-streams.ts';
import { Authenticator } from '../auth/authenticator.ts';
import type { LoginEvent } from '../auth/password-check.ts';
import { AppPasswords } from '../auth/app-passwords.ts';
import { PasswordHasher } from '../auth/password.ts';
import { Throttle } from '../auth/throttle.ts';
import type { ApiServices } from '../api/contract/services.ts';
import { UploadLocks } from '../api/v1/uploads/upload-locks.ts';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import { FolderPages } from '../core/folder-pages.ts';
import { createDavHandler, type DavContext, type DavSettings } from '../dav/handler.ts';
import { createServerRootHandler } from '../dav/server-root.ts';
import type { FinishedRequest } from '../http/access-log.ts';
import { Admission } from '../http/admission.ts';
import { Arrivals } from '../http/arrivals.ts';
import { InFlightLimiter } from '../http/in-flight.ts';
import { createOperations } from '../http/operations.ts';
import { contextOf } from '../http/request-context.ts';
import { Server } from '../http/server.ts';
import { createSite } from '../http/site.ts';
import { RunningJobs } from '../jobs/running-jobs.ts';
import type { AuditLog } from '../observe/audit.ts';
import type { HealthProbes } from '../observe/health.ts';
import { HealthWatch } from '../observe/health-watch.ts';
import type { Log } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import { openAccounts } from './accounts.ts';
import { endpoints } from './addresses.ts';
import type { Administration } from './administration.ts';
import { openAudit } from './audit.ts';
import { diskAdministration } from './disk-administration.ts';
import { observedBlobs } from './observed-blobs.ts';
import { observedStore } from './observed-store.ts';
import { SearchKeeper } from './search-keeper.ts';
import { basicWithHomes, HomeVisits, withHomes } from './home-visits.ts';
import { LastLogins } from './last-logins.ts';
import type { LiveSettings } from './live-settings.ts';
import type { ServedTls } from './tls/served-tls.ts';
import { Upkeep, type Chore } from './upkeep.ts';
import { userServices } from './user-parts.ts';

export interface Composition {
  readonly server: Server;
  readonly administration: Administration;
  close(): Promise<void>;
}

interface Surroundings {
  readonly log: Log;
  readonly settings: LiveSettings;
  readonly tls: ServedTls;
}

function davSettings({ webdav, publicUrl }: Config): DavSettings {
  const { propfindInfiniteDepth: allowInfiniteDepth, windowsListingBytes } = webdav;
  return { prefix: '/dav', allowInfiniteDepth, windowsListingBytes, publicUrl, realm: 'nosocial' };
}

/** Puts a server together on a core that is ready. The only place that knows every part. */
export async function compose(
  config: Config,
  plainCore: Core,
  { log, tls, settings }: Surroundings,
): Promise<Composition> {
  const metrics = new Metrics();
  const searchKeeper = keepSearchIndex(plainCore, log);
  const store = observedStore(plainCore.store, (operation, seconds) => {
    metrics.observeOperation(operation, seconds);
    searchKeeper.noteChange();
  });
  const blobs = observedBlobs(plainCore.blobs, () => metrics.countDamagedRead());
  const visits = new HomeVisits();
  const core: Core = { ...plainCore, store, blobs, onHomeOpened: visits.note };
  const { clock } = core;
  metrics.watch({ disks: () => core.blobs.listDisks(), statements: () => store.statementCount });
  const audit = await openAudit(config, core, (error) => log.error({ error }, 'the audit log cannot be written'));
  const hasher = new PasswordHasher();
  const throttle = new Throttle(clock);
  const lastLogins = new LastLogins(core, (error) => log.warn({ error }, 'the time of a login could not be noted'));
  const onLogin = (event: LoginEvent): void => recordLogin(event, { metrics, audit, lastLogins });
  const onFailure = (error: unknown): void => log.warn({ error }, 'the use of an app password could not be noted');
  const appPasswords = new AppPasswords({ store, throttle, clock, onLogin, onFailure });
  const authenticator = new Authenticator({ store, hasher, throttle, clock, onLogin, appPasswords });
  const accounts = await openAccounts(config, { core, hasher, throttle, appPasswords, audit, onLogin });
  const admission = new Admission(
    basicWithHomes(core, authenticator),
    new InFlightLimiter(config.http.maxRequestsPerUser),
  );
  const { publicUrl, trustedProxies, http: limits } = config;

  const davContext: DavContext = {
    core,
    authenticate: (request) => admission.authenticate(request),
    requestId: (request) => contextOf(request).id,
    forwardedHost: (request) => contextOf(request).forwardedHost,
    clientAddress: (request) => contextOf(request).remoteAddress,
    settings: davSettings(config),
    log,
  };
  const setup = setupRoutes({
    core,
    hasher,
    throttle,
    publicUrl,
    onDone: ({ name, address }) => audit.record({ action: 'first-administrator', user: name, address }),
  });
  const probes = { ping: () => store.ping(), disks: () => core.blobs.listDisks() };
  const healthWatch = watchHealth(probes, log);
  const arrivals = new Arrivals();
  const operations = createOperations({ probes, metrics, authenticator, arrivals });
  const findAuthority = () => tls.authorityToTrust;
  const connect = connectRoutes({ core, listEndpoints: () => list(), findAuthority });
  const jobs = new RunningJobs(clock, (error, { kind }) => log.error({ error, kind }, 'a job failed'));
  const services: ApiServices = {
    core,
    ...accounts.services,
    ...userServices({ core, settings, hasher, audit, listEndpoints: () => list() }),
    identify: async (request) => {
      const caller = await accounts.identify(request);
      return caller && { ...caller, actor: withHomes(core, caller.actor) };
    },
    enter: (request, { actor }) => admission.enter(request, actor),
    jobs,
    folderPages: new FolderPages(core),
    searchIndex: searchKeeper,
    uploadLocks: new UploadLocks(),
    eventStreams: new EventStreams(),
    auditTrail: audit,
    disks: diskAdministration(core, config, audit),
    audit: (event) => audit.record(event),
  };
  const { corsOrigins } = config.api;
  const api = apiRoutes({ routes: ROUTES, services, publicUrl, corsOrigins, log });
  const pages = [setup, connect, authorityFiles(findAuthority), apiDocs(ROUTES)];
  const site = createSite([api, ...pages, noSuchRoute({ log })], log);
  const server = new Server({
    dav: createDavHandler(davContext),
    davRoot: createServerRootHandler(davContext),
    operations,
    site,
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
  const upkeep = beginUpkeep(plainCore, { log, metrics, chores: [() => accounts.tidy()] });
  const list = (): Endpoint[] => listEndpoints(config, server, tls);
  return {
    server,
    administration: {
      core,
      config,
      settings,
      isServing: true,
      listEndpoints: list,
      tls,
      arrivals,
      hasher,
      audit,
      upkeep,
      searchIndex: searchKeeper,
    },
    close: () => closeAll({ jobs, searchKeeper, healthWatch, upkeep, hasher, audit }),
  };
}

interface Parts {
  readonly jobs: RunningJobs;
  readonly searchKeeper: SearchKeeper;
  readonly healthWatch: HealthWatch;
  readonly upkeep: Upkeep;
  readonly hasher: PasswordHasher;
  readonly audit: AuditLog;
}

/** What others still need is closed last. */
async function closeAll({ jobs, searchKeeper, healthWatch, upkeep, hasher, audit }: Parts): Promise<void> {
  await jobs.close();
  await searchKeeper.stop();
  await healthWatch.stop();
  await upkeep.stop();
  hasher.close();
  await audit.close();
}

function listEndpoints({ publicUrl, listen }: Config, server: Server, tls: ServedTls): Endpoint[] {
  return endpoints({ publicUrl, plain: server.address ?? listen, secure: tls.reach }, networkInterfaces());
}

function beginUpkeep(
  core: Core,
  { log, metrics, chores }: { log: Log; metrics: Metrics; chores: readonly Chore[] },
): Upkeep {
  return new Upkeep(core, chores, {
    onFailure: (error) => log.error({ error }, 'upkeep failed; it is tried again'),
    onMoved: (sizeBytes) => metrics.countCompacted(sizeBytes),
    onTidied: (disk, { count, problems }) => log.warn({ disk, count, problems }, 'a disk was not as it should be'),
  });
}

function keepSearchIndex(core: Core, log: Log): SearchKeeper {
  return new SearchKeeper(core, {
    onFailure: (error) => log.error({ error }, 'names could not be indexed; it is tried again'),
    onIndexed: (count, tookMs) => log.info({ count, tookMs }, 'indexed names'),
  });
}

function watchHealth(probes: HealthProbes, log: Log): HealthWatch {
  return new HealthWatch(probes, {
    onProblem: (problem) => log.warn(problem),
    onOver: (problem) => log.info({ problem }, 'this is over'),
  });
}

function recordDeletion({ edge, method, status, path, user, remoteAddress }: FinishedRequest, audit: AuditLog): void {
  if (edge !== 'dav' || method !== 'DELETE' || status >= 300) return;
  audit.record({ action: 'deleted', user: user?.name, address: remoteAddress, target: path });
}

interface LoginRecords {
  readonly metrics: Metrics;
  readonly audit: AuditLog;
  readonly lastLogins: LastLogins;
}

/** As the audit log says it. */
const BEGUN = { page: 'a session of a browser', token: 'a token' } as const;

function recordLogin(event: LoginEvent, to: LoginRecords): void {
  const { outcome, userName, address, appPassword, began } = event;
  to.metrics.countLogin(outcome);
  to.lastLogins.note(event);
  if (outcome === 'blocked') return;
  to.audit.record({
    action: outcome === 'succeeded' ? 'login' : 'login-failed',
    user: userName,
    address,
    value: appPassword ?? (began && BEGUN[began]),
  });
}
