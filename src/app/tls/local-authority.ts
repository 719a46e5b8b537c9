import { X509Certificate } from 'node:crypto';
import { accessSync, existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import { DAY_MS } from '../../lib/clock.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { Slots } from '../../lib/slots.ts';
import { syncFolder } from '../../lib/sync-folder.ts';
import type { Issued } from './issue.ts';
import { serverLifetime } from './lifetimes.ts';
import type { Hosts } from './machine-hosts.ts';
import { addressesOf, dayOf, namesOf, PairProblem, readPair, type CertificatePair } from './pair.ts';

const RENEWED_BEFORE_MS = 30 * DAY_MS;
/** What renewing must gain to be worth it: nothing outlives its authority. */
const MIN_GAIN_MS = DAY_MS;

export interface LocalAuthorityOptions {
  /** The data folder. */
  readonly dataFolder: string;
  /** What the machine is called, for people who look for the authority in their list. */
  readonly hostname: string;
  /** What the certificate is to be for, with the names that somebody added. */
  readonly hosts: (added: readonly string[]) => Hosts;
  /** By the system's clock, which is what the other side judges by. */
  readonly nowMs: () => number;
}

/**
 * The authority that `nosocial tls init` makes, and the one certificate that it issues, in the folder `tls` of the data
 * folder. Each key stands in one file with its certificate, so that they change at once:
 *
 *     authority.pem   key and certificate of the authority, mode 0600
 *     authority.crt   the certificate again, for whoever carries it to devices by hand
 *     server.pem      key and certificate of the server, mode 0600
 *     names.json      names that were added to those of the machine
 */
export class LocalAuthority {
  readonly #folder: string;
  readonly #options: LocalAuthorityOptions;
  readonly #turn = new Slots(1);

  constructor(options: LocalAuthorityOptions) {
    this.#options = options;
    this.#folder = join(options.dataFolder, 'tls');
  }

  /** The authority's certificate; undefined before there is one. Throws `PairProblem` when it is damaged. */
  certificate(): X509Certificate | undefined {
    return this.#authority()?.leaf;
  }

  /** For people who carry it to devices. */
  get certificateFile(): string {
    return join(this.#folder, 'authority.crt');
  }

  /** What it issued; undefined before it did. Throws `PairProblem` when that is damaged. */
  pair(): CertificatePair | undefined {
    return this.#read('server.pem');
  }

  /**
   * Issues a certificate anew; makes the authority first when there is none, or one that is over. `added` replaces the
   * names that were added before, if it is given. Throws `PairProblem` when what is there is damaged.
   */
  async init(added: readonly string[] | undefined): Promise<{ pair: CertificatePair; isNewAuthority: boolean }> {
    return this.#turn.take(async () => {
      await makeFolder(this.#folder, 0o700);
      const known = this.#authority();
      if (known && this.#isOfTheFuture(known.leaf)) {
        throw new PairProblem(
          `the local authority is valid from ${dayOf(known.leaf.validFromDate)} on, and today is ` +
            `${dayOf(new Date(this.#options.nowMs()))} by the clock of this machine: set the clock, or, if it was ` +
            `wrong when the authority was made, remove "${this.#folder}" to start anew`,
        );
      }
      const isUsable = known !== undefined && endOf(known.leaf) - this.#options.nowMs() > RENEWED_BEFORE_MS;
      const authority = isUsable ? known : await this.#makeAuthority();
      // Not there any more after a restored backup without it.
      if (isUsable && !existsSync(this.certificateFile)) await this.#write('authority.crt', known.certificate, 0o644);
      if (added !== undefined) await this.#write('names.json', `${JSON.stringify(added)}\n`, 0o600);
      const pair = await this.#issue(authority);
      return { pair, isNewAuthority: !isUsable };
    });
  }

  /**
   * Issues a new certificate when it is time, or when the machine is called otherwise than the present one says.
   * Undefined when nothing is to be done, or there is no authority. Throws `PairProblem` when it is damaged.
   */
  async renewIfDue(): Promise<{ pair: CertificatePair; reason: string } | undefined> {
    return this.#turn.take(async () => {
      const authority = this.#authority();
      if (!authority) return undefined;
      const reason = this.#reasonToRenew(authority);
      return reason === undefined ? undefined : { pair: await this.#issue(authority), reason };
    });
  }

  #reasonToRenew(authority: CertificatePair): string | undefined {
    const nowMs = this.#options.nowMs();
    const authorityEndMs = endOf(authority.leaf);
    // A clock that is not set yet, as on a small machine without a battery, makes nothing that holds.
    if (authorityEndMs <= nowMs || this.#isOfTheFuture(authority.leaf)) return undefined;
    const leaf = this.#usableLeaf();
    if (!leaf?.verify(authority.leaf.publicKey)) return 'there is none of this authority';
    if (this.#isOfTheFuture(leaf)) return 'it was made while the clock was ahead';
    const endMs = endOf(leaf);
    const couldGainMs = serverLifetime(nowMs, authorityEndMs).endMs - endMs;
    if (endMs - nowMs < RENEWED_BEFORE_MS && couldGainMs > MIN_GAIN_MS) return 'it is about to expire';
    return missingHost(leaf, this.#hosts());
  }

  #isOfTheFuture(certificate: X509Certificate): boolean {
    return certificate.validFromDate.getTime() > this.#options.nowMs();
  }

  #usableLeaf(): X509Certificate | undefined {
    try {
      return this.pair()?.leaf;
    } catch (error) {
      if (error instanceof PairProblem) return undefined;
      throw error;
    }
  }

  #authority(): CertificatePair | undefined {
    return this.#read('authority.pem');
  }

  /** What may not be read is there all the same: somebody else made it, and no TLS for that must not go unnoticed. */
  #read(name: string): CertificatePair | undefined {
    const file = join(this.#folder, name);
    return isMissing(file) ? undefined : readPair({ certificate: file, key: file });
  }

  async #makeAuthority(): Promise<Issued> {
    // Loaded when it is wanted: it takes 15 MB, and is wanted once a year.
    const { issueAuthority } = await import('./issue.ts');
    const { hostname, nowMs } = this.#options;
    const authority = issueAuthority(`nosocial on ${hostname}`, nowMs());
    await this.#write('authority.pem', authority.key + authority.certificate, 0o600);
    await this.#write('authority.crt', authority.certificate, 0o644);
    return authority;
  }

  async #issue(authority: Issued): Promise<CertificatePair> {
    const { issueServerCertificate } = await import('./issue.ts');
    const { names, addresses } = this.#hosts();
    const { key, certificate } = issueServerCertificate(authority, [...names, ...addresses], this.#options.nowMs());
    await this.#write('server.pem', key + certificate, 0o600);
    return { key, certificate, leaf: new X509Certificate(certificate) };
  }

  #hosts(): Hosts {
    return this.#options.hosts(this.#addedNames());
  }

  /** Throws `PairProblem` rather than lose names: nobody would notice before clients refuse the next certificate. */
  #addedNames(): string[] {
    const file = join(this.#folder, 'names.json');
    if (isMissing(file)) return [];
    try {
      const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
      if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
      throw new TypeError('it is no list of names');
    } catch (error) {
      const advice = '`nosocial tls init` with every --name writes them anew';
      throw new PairProblem(`the added names in "${file}" cannot be read: ${String(error)}; ${advice}`);
    }
  }

  /** Never seen half-written, and there after a power cut; nothing is left of what could not be written. */
  async #write(name: string, text: string, mode: number): Promise<void> {
    const file = join(this.#folder, name);
    const temporary = `${file}.new`;
    await rm(temporary, { force: true });
    try {
      await writeFile(temporary, text, { flag: 'wx', mode, flush: true });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncFolder(this.#folder);
  }
}

function isMissing(file: string): boolean {
  try {
    accessSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function endOf(certificate: X509Certificate): number {
  return certificate.validToDate.getTime();
}

/**
 * A name or address that came since. Of IPv6 addresses one is enough: systems take a new one every day for privacy, and
 * clients that remember this very certificate would ask about each new one.
 */
function missingHost(leaf: X509Certificate, { names, addresses }: Hosts): string | undefined {
  const known = new Set([...namesOf(leaf), ...addressesOf(leaf)]);
  const outer = addresses.filter((address) => address !== '127.0.0.1' && address !== '::1');
  const [fourth, sixth] = [outer.filter(isIPv4), outer.filter((address) => !isIPv4(address))];
  const isSixthKnown = sixth.length === 0 || sixth.some((address) => known.has(address));
  const missing = [...names, ...fourth].find((host) => !known.has(host)) ?? (isSixthKnown ? undefined : sixth[0]);
  return missing === undefined ? undefined : `it is not for ${missing}`;
}
