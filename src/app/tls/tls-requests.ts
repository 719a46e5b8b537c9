import type { X509Certificate } from 'node:crypto';
import { DomainError } from '../../lib/errors.ts';
import type { Config } from '../../config/load.ts';
import type { Endpoint } from '../../api/connect/places.ts';
import type { AdminArgs, AdminResult, TlsView } from '../requests.ts';
import type { LocalAuthority } from './local-authority.ts';
import { readHost } from './machine-hosts.ts';
import { addressesOf, namesOf, PairProblem, readPair, type CertificatePair } from './pair.ts';
import { certificateFiles, localAuthority, type ServedTls } from './served-tls.ts';

interface Place {
  readonly config: Config;
  /** Undefined in a command. */
  readonly tls: ServedTls | undefined;
  readonly listEndpoints: () => Endpoint[];
}

/** Makes the local authority if need be, and a new certificate, which a running server serves at once. */
export async function initTls(place: Place, { names }: AdminArgs<'tlsInit'>): Promise<AdminResult<'tlsInit'>> {
  const { config, tls } = place;
  if (certificateFiles(config) !== undefined) {
    throw new DomainError(
      'refused',
      'the settings name a certificate (tls.certificate), and that is served; leave it out to use a local one',
    );
  }
  const hosts = names?.map(readHost);
  return understood(async () => {
    const { pair, isNewAuthority } = await authorityOf(place).init(hosts);
    await tls?.serveLocal(pair);
    return { ...viewOf(place, pair, authorityOf(place)), isNewAuthority };
  });
}

/** What is served by TLS, or will be at the next start. Throws `not-found` when nothing is. */
export async function showTls(place: Place): Promise<TlsView> {
  return understood(async () => {
    const files = certificateFiles(place.config);
    const served = place.tls?.pair;
    if (files !== undefined) return viewOf(place, served ?? readPair(files), undefined);
    const local = authorityOf(place);
    const pair = served ?? local.pair();
    if (pair === undefined) {
      throw new DomainError(
        'not-found',
        'there is no certificate; `nosocial tls init` makes one, or name files by tls.certificate and tls.key',
      );
    }
    return viewOf(place, pair, local);
  });
}

function authorityOf({ config, tls }: Place): LocalAuthority {
  return tls?.local ?? localAuthority(config);
}

async function understood<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PairProblem) throw new DomainError('unavailable', error.message, { cause: error });
    throw error;
  }
}

function viewOf({ tls, listEndpoints }: Place, { leaf }: CertificatePair, local: LocalAuthority | undefined): TlsView {
  const authority = local?.certificate();
  const endpoints = listEndpoints().filter(({ isSecure, scope }) => isSecure && scope !== 'public');
  return {
    source: local === undefined ? 'files' : 'local',
    isServed: tls?.reach !== undefined,
    names: namesOf(leaf),
    addresses: addressesOf(leaf),
    ...described(leaf),
    ...(local && authority && { authority: { ...described(authority), file: local.certificateFile } }),
    endpoints: endpoints.map(({ url }) => url),
  };
}

function described({ fingerprint256, validToDate }: X509Certificate): { fingerprint: string; expiresAt: string } {
  return { fingerprint: fingerprint256, expiresAt: validToDate.toISOString() };
}
