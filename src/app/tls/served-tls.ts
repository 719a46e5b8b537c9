import type { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/load.ts';
import type { Server } from '../../http/server.ts';
import { DAY_MS } from '../../lib/clock.ts';
import { DomainError, isDomainError } from '../../lib/errors.ts';
import { Slots } from '../../lib/slots.ts';
import type { Log } from '../../observe/log.ts';
import type { SecureReach } from '../addresses.ts';
import { LocalAuthority } from './local-authority.ts';
import { hostOrNothing, machineHosts } from './machine-hosts.ts';
import { dayOf, namesOf, PairProblem, type CertificatePair } from './pair.ts';
import { WatchedFiles } from './watched-files.ts';

/** How soon a replaced file is taken up. */
const FILES_INTERVAL_MS = 2000;
/** How soon the local certificate follows the machine's addresses. */
const LOCAL_INTERVAL_MS = 60_000;
/** Whoever renews does so when a third of the time is left: at half of that, or ten days, it should have happened. */
const WARNED_BEFORE_MS = 10 * DAY_MS;
const WARNED_BEFORE_SHARE = 1 / 6;

/** The authority of a data folder, for this machine. */
export function localAuthority({ dataFolder, publicUrl }: Config): LocalAuthority {
  const publicHost = publicUrl?.startsWith('https:') ? hostOrNothing(new URL(publicUrl).hostname) : undefined;
  const publicHosts = publicHost === undefined ? [] : [publicHost];
  return new LocalAuthority({
    dataFolder,
    hostname: hostname(),
    hosts: (added) =>
      machineHosts({ hostname: hostname(), interfaces: networkInterfaces() }, [...added, ...publicHosts]),
    nowMs: () => Date.now(),
  });
}

/** The files that the settings name. */
export function certificateFiles({
  tls: { certificate, key },
}: Config): { certificate: string; key: string } | undefined {
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/** Gives a server its certificate, from the files of the settings or from the local authority, and keeps it fresh. */
export class ServedTls {
  readonly local: LocalAuthority;
  readonly #config: Config;
  readonly #log: Log;
  readonly #abort = new AbortController();
  readonly #files: WatchedFiles | undefined;
  #server: Server | undefined;
  #pair: CertificatePair | undefined;
  #authority: X509Certificate | undefined;
  #ended: Promise<void> = Promise.resolve();
  /** `tls init` and what is done from time to time may come together, and only one of them can begin to listen. */
  readonly #turn = new Slots(1);
  readonly #warnedAtMs = new Map<string, number>();

  /** Throws `unavailable` when the files of the settings cannot be served. */
  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#log = log;
    this.local = localAuthority(config);
    this.#files = this.#openFiles();
    this.#pair = this.#files?.pair;
  }

  /**
   * Has the server listen for TLS, if there is a certificate. Files that are wrong stop a start, since somebody meant
   * them; what is wrong with the local authority is only told, since it may be long that somebody made it, and what it
   * issued is served on.
   * Throws `unavailable` when the address cannot be had.
   */
  async begin(server: Server): Promise<void> {
    this.#server = server;
    if (this.#files === undefined) await this.#tendLocal();
    else await this.#use(this.#files.pair);
    this.#warnOfEnd();
    this.#ended = this.#run();
  }

  /** Where TLS is spoken, and for what; undefined while it is not. */
  get reach(): SecureReach | undefined {
    const listening = this.#server?.secureAddress;
    const leaf = this.#pair?.leaf;
    if (listening === undefined || leaf === undefined) return undefined;
    const covers = (address: string): boolean => leaf.checkIP(address) !== undefined;
    return { listening, certificate: { names: namesOf(leaf), covers } };
  }

  /** What is served, or will be once the server listens. */
  get pair(): CertificatePair | undefined {
    return this.#pair;
  }

  /** What devices must trust; undefined when they do already, nothing is served by TLS, or the authority is damaged. */
  get authorityToTrust(): X509Certificate | undefined {
    return this.#authority;
  }

  /** Serves what the local authority just issued. Throws `unavailable` when the address cannot be had. */
  async serveLocal(pair: CertificatePair): Promise<void> {
    await this.#use(pair);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#ended;
    await this.#turn.take(async () => undefined);
  }

  #openFiles(): WatchedFiles | undefined {
    const files = certificateFiles(this.#config);
    if (files === undefined) return undefined;
    try {
      const onProblem = (problem: PairProblem): void =>
        this.#log.warn({ problem: problem.message }, 'the new certificate is not used (yet); the old one is kept');
      const watched = new WatchedFiles(files, { onProblem });
      this.#warnOfOpenKey(files.key);
      return watched;
    } catch (error) {
      if (!(error instanceof PairProblem)) throw error;
      const advice = 'tls.certificate and tls.key in the settings say where they are';
      throw new DomainError('unavailable', `${error.message} (${advice})`, { cause: error });
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const everyMs = this.#files === undefined ? LOCAL_INTERVAL_MS : FILES_INTERVAL_MS;
    for (;;) {
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        if (this.#files === undefined) await this.#tendLocal();
        else await this.#tendFiles(this.#files);
        this.#warnOfEnd();
      } catch (error) {
        if (isDomainError(error)) this.#tellDaily({ problem: error.message }, 'no TLS; it is tried again');
        else this.#log.error({ error }, 'the certificate could not be looked after; it is tried again');
      }
    }
  }

  async #tendFiles(files: WatchedFiles): Promise<void> {
    const pair = files.takeChange(Date.now());
    if (pair === undefined) return;
    await this.#use(pair);
    this.#log.info(describe(pair), 'a new certificate is served');
  }

  async #tendLocal(): Promise<void> {
    const renewed = await this.#renewLocal();
    const pair = renewed?.pair ?? (this.#pair === undefined ? this.#readLocal() : undefined);
    if (pair === undefined) return;
    await this.#use(pair);
    if (renewed) this.#log.info({ reason: renewed.reason, ...describe(pair) }, 'issued and serves a new certificate');
  }

  /** A full disk or a damaged authority do not end what is served. */
  async #renewLocal(): Promise<{ pair: CertificatePair; reason: string } | undefined> {
    try {
      return await this.local.renewIfDue();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.#tellDaily(
        { problem },
        'the local authority issues no certificates: a backup of the folder tls helps, if that is damaged',
      );
      return undefined;
    }
  }

  #readLocal(): CertificatePair | undefined {
    try {
      return this.local.pair();
    } catch (error) {
      if (!(error instanceof PairProblem)) throw error;
      this.#tellDaily({ problem: error.message }, 'no TLS: the certificate of the local authority cannot be used');
      return undefined;
    }
  }

  #authorityOfLocal(): X509Certificate | undefined {
    try {
      return this.local.certificate();
    } catch (error) {
      if (error instanceof PairProblem) return undefined;
      throw error;
    }
  }

  async #use(pair: CertificatePair): Promise<void> {
    await this.#turn.take(async () => {
      const server = this.#server;
      if (server === undefined || this.#abort.signal.aborted) return;
      if (server.secureAddress === undefined) await this.#listen(server, pair);
      else server.usePair(pair);
      this.#pair = pair;
      if (this.#files === undefined) this.#authority = this.#authorityOfLocal();
    });
  }

  async #listen(server: Server, pair: CertificatePair): Promise<void> {
    try {
      await server.listenSecurely(this.#config.tls.listen, pair);
    } catch (error) {
      if (!isDomainError(error)) throw error;
      const isOwn = server.address?.port === this.#config.tls.listen.port;
      const who = isOwn ? ' (`listen` has that port, too)' : '';
      const hint = 'choose another address for TLS with NOSOCIAL_TLS_LISTEN=HOST:PORT or `tls.listen` in the file';
      throw new DomainError('unavailable', `${error.message}${who}; ${hint}`, { cause: error });
    }
  }

  #warnOfEnd(): void {
    const leaf = this.#pair?.leaf;
    if (leaf === undefined || !isEnding(leaf, Date.now())) return;
    const advice =
      this.#files === undefined
        ? '`nosocial tls init` makes another, with a new authority, which devices must import'
        : 'renew it with the program that it comes from';
    this.#tellDaily({ expires: dayOf(leaf.validToDate) }, `the certificate is about to expire, or has: ${advice}`);
  }

  #tellDaily(what: object, text: string): void {
    const now = performance.now();
    if (now - (this.#warnedAtMs.get(text) ?? -Infinity) < DAY_MS) return;
    this.#warnedAtMs.set(text, now);
    this.#log.warn(what, text);
  }

  #warnOfOpenKey(file: string): void {
    if (process.platform === 'win32' || (statSync(file).mode & 0o007) === 0) return;
    this.#log.warn({ file }, 'every user of this machine can read the private key; `chmod o= FILE` closes it');
  }
}

function isEnding({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  const endMs = validToDate.getTime();
  const lifetimeMs = endMs - validFromDate.getTime();
  return endMs - nowMs < Math.min(WARNED_BEFORE_MS, lifetimeMs * WARNED_BEFORE_SHARE);
}

/** Not the word `key`: the log blots it out. */
function describe({ leaf }: CertificatePair): { names: string; expires: string } {
  return { names: namesOf(leaf).join(', '), expires: dayOf(leaf.validToDate) };
}
