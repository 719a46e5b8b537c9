import type { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { machineHosts } from '../tls/machine-hosts.ts';
import { addressesOf, namesOf, PairProblem, readPair } from '../tls/pair.ts';
import { certificateFiles, localAuthority } from '../tls/served-tls.ts';
import { fail, warn, type Finding } from './finding.ts';
import { isFor, judgeDates } from './reach/judge-certificate.ts';
import { hostOf } from './reach/site.ts';

const SUBJECT = 'own certificate';
const GROUP_AND_OTHERS = 0o077;
const OTHERS = 0o007;

/** The certificate that the server itself serves, if it has one: from the files of the settings, or its own. */
export function checkCertificate(config: Config, nowMs: number): Finding[] {
  try {
    const files = certificateFiles(config);
    if (!files) return checkLocal(config, nowMs);
    const { leaf } = readPair(files);
    const renewal = 'renew it with the program that it comes from';
    return [...judge(leaf, nowMs, renewal), ...checkUse(config, leaf), ...checkMode(files.key, OTHERS)];
  } catch (error) {
    if (!(error instanceof PairProblem)) throw error;
    return [fail(SUBJECT, error.message, 'mend that: without it TLS ends, at the latest with the present certificate')];
  }
}

function checkLocal(config: Config, nowMs: number): Finding[] {
  const local = localAuthority(config);
  const pair = local.pair();
  if (!pair) return [];
  const authority = local.certificate();
  const renewal = 'run `nosocial tls init`; a running server renews it by itself';
  const newAuthority = 'run `nosocial tls init`, and have each device import the new authority (/connect)';
  const authorityFindings = authority
    ? judgeDates(authority, { subject: 'own authority', nowMs, renewal: newAuthority })
    : [fail(SUBJECT, 'its authority is gone', newAuthority)];
  return [
    ...judge(pair.leaf, nowMs, renewal),
    ...checkMachine(pair.leaf),
    ...authorityFindings.filter(({ level }) => level !== 'ok'),
    ...['server.pem', 'authority.pem'].flatMap((name) =>
      checkMode(join(config.dataFolder, 'tls', name), GROUP_AND_OTHERS),
    ),
  ];
}

function judge(leaf: X509Certificate, nowMs: number, renewal: string): Finding[] {
  return judgeDates(leaf, { subject: SUBJECT, nowMs, renewal });
}

/** Files of the settings may be for one name only; some name must be one that this machine has. */
function checkUse({ publicUrl }: Config, leaf: X509Certificate): Finding[] {
  const { names, addresses } = hosts();
  const known = [...(publicUrl === undefined ? [] : [hostOf(new URL(publicUrl))]), ...names, ...addresses];
  if (known.some((host) => isFor(leaf, host))) return [];
  const advice = 'fine if devices know this machine by that name; else get one for the name that they use';
  return [warn(SUBJECT, `it is for ${shownNames(leaf)}, and nothing here is called that`, advice)];
}

/** Of IPv6 addresses one is enough: systems take a new one every day for privacy. */
function checkMachine(leaf: X509Certificate): Finding[] {
  const { names, addresses } = hosts();
  const isSixthKnown = addresses.some((address) => isIPv6(address) && address !== '::1' && isFor(leaf, address));
  const missing = [...names, ...addresses].filter((host) => !isFor(leaf, host) && !(isSixthKnown && isIPv6(host)));
  if (missing.length === 0) return [];
  const advice = 'run `nosocial tls init`; a running server does so by itself within a minute';
  return [warn(SUBJECT, `it is not for ${missing.join(', ')}`, advice)];
}

function hosts(): ReturnType<typeof machineHosts> {
  return machineHosts({ hostname: hostname(), interfaces: networkInterfaces() }, []);
}

function shownNames(leaf: X509Certificate): string {
  return [...namesOf(leaf), ...addressesOf(leaf)].join(', ') || 'no name';
}

function checkMode(file: string, forbidden: number): Finding[] {
  if (process.platform === 'win32') return [];
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || (stats.mode & forbidden) === 0) return [];
  const shown = (stats.mode & 0o777).toString(8).padStart(4, '0');
  return [
    warn(
      SUBJECT,
      `others may read its key "${file}" (mode ${shown})`,
      `chmod ${forbidden === OTHERS ? 'o=' : '600'} "${file}"`,
    ),
  ];
}
