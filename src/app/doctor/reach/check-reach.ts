import { lookup } from 'node:dns/promises';
import net from 'node:net';
import type { Config } from '../../../config/load.ts';
import type { Arrival } from '../../../http/arrivals.ts';
import { admin } from '../../admin.ts';
import { localAuthority } from '../../tls/served-tls.ts';
import { fail, ok, reasonOf, warn, type Finding } from '../finding.ts';
import { checkBodySize, checkMethods } from './check-methods.ts';
import { judgeArrival } from './judge-arrival.ts';
import { judgeShown } from './judge-certificate.ts';
import { hostOf, portOf, Site, type SiteAnswer } from './site.ts';

const SUBJECT = 'public address';
const MAX_ADDRESSES = 6;
const REALM = 'nosocial';
const HERE = '127.0.0.1';
/** OpenSSL's words for an answer that is not TLS: plain HTTP, as on the server's other port. */
const NO_TLS = /wrong version number|packet length too long/;
const RENEWAL = 'renew it with the program that it comes from (Caddy does by itself)';

export interface ReachOptions {
  /** Whether a server runs on the data. */
  readonly isServing: boolean;
  /** The addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** Where the site would answer without TLS. */
  readonly plainPort?: number;
  /** In PEM; trusted beside those that everybody knows. */
  readonly authorities?: readonly string[];
  /** How long an upload may wait for its answer. */
  readonly patienceMs?: number;
}

/** What one address of the public name gives. */
interface Tried {
  readonly site: Site;
  readonly answer: SiteAnswer | undefined;
  readonly problem: string | undefined;
  /** Undefined unless the request reached this very server. */
  readonly arrival: Arrival | undefined;
}

/** Whether clients reach the server under its `publicUrl`, as far as that can be told from this machine. */
export async function checkReach(config: Config, options: ReachOptions): Promise<Finding[]> {
  if (config.publicUrl === undefined) return [];
  const url = new URL(config.publicUrl);
  const addresses = await resolved(hostOf(url), options);
  if ('problem' in addresses) {
    const advice = 'see that the name is right in publicUrl, and that its entry in the DNS is up to date';
    return [fail(SUBJECT, `${url.hostname} leads nowhere: ${addresses.problem}`, advice)];
  }
  const { tried, chosen, isReachedHere } = await tryAll(config, addresses.list, options);
  return [
    ...judgeAddresses(tried, { isReachedHere, isServing: options.isServing }),
    ...(url.protocol === 'http:' ? [plainWarning()] : []),
    ...(chosen === undefined ? [] : await checkSite(config, chosen, options)),
  ];
}

interface Outcome {
  readonly tried: readonly Tried[];
  /** The one to look at more closely: this server, or else whatever answers. */
  readonly chosen: Tried | undefined;
  /** Whether it was found only when asked for at this machine itself. */
  readonly isReachedHere: boolean;
}

async function tryAll(config: Config, addresses: readonly string[], options: ReachOptions): Promise<Outcome> {
  const tried: Tried[] = [];
  for (const address of addresses.slice(0, MAX_ADDRESSES)) tried.push(await tryAt(config, address, options));
  const outer = tried.find(({ arrival }) => arrival) ?? tried.find(({ answer }) => answer);
  // What stands before the server is often on the same machine; a router may not let it be reached from within.
  const inner = outer?.arrival || !options.isServing ? undefined : await tryAt(config, HERE, options);
  const isReachedHere = inner?.arrival !== undefined;
  return { tried, chosen: isReachedHere ? inner : outer, isReachedHere };
}

async function checkSite(config: Config, { site, answer, arrival }: Tried, options: ReachOptions): Promise<Finding[]> {
  return [
    ...(answer ? judgeCertificate(answer, site.url) : []),
    ...(arrival
      ? await checkWay(
          site,
          judgeArrival(arrival, { publicUrl: site.url, trustedProxies: config.trustedProxies }),
          options,
        )
      : []),
    ...(site.url.protocol === 'https:' ? await checkPlain(site, options.plainPort) : []),
  ];
}

async function resolved(
  name: string,
  { resolve = systemAddresses }: ReachOptions,
): Promise<{ list: readonly string[] } | { problem: string }> {
  if (net.isIP(name) !== 0) return { list: [name] };
  try {
    return { list: await resolve(name) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}

async function systemAddresses(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

async function tryAt(config: Config, address: string, options: ReachOptions): Promise<Tried> {
  const { isServing, authorities = [] } = options;
  const site = new Site(new URL(config.publicUrl ?? ''), address, [...authorities, ...ownAuthority(config)]);
  const { token } = isServing ? await admin(config, 'arrivalExpect', {}) : { token: '' };
  const authorization = `Basic ${Buffer.from('doctor:none').toString('base64')}`;
  try {
    const path = `/healthz?probe=${token}`;
    const answer = await site.ask({ method: 'GET', path, headers: { Authorization: authorization } });
    const { arrival } = isServing ? await admin(config, 'arrivalFind', { token }) : {};
    return { site, answer, problem: undefined, arrival };
  } catch (error) {
    return { site, answer: undefined, problem: reasonOf(error), arrival: undefined };
  }
}

/** The one that this server made for itself, which its users have told their devices to trust. */
function ownAuthority(config: Config): string[] {
  try {
    const authority = localAuthority(config).certificate();
    return authority ? [authority.toString()] : [];
  } catch {
    return []; // told by whoever looks at the files
  }
}

function judgeAddresses(
  tried: readonly Tried[],
  { isReachedHere, isServing }: { isReachedHere: boolean; isServing: boolean },
): Finding[] {
  const isReached = tried.some(({ arrival }) => arrival !== undefined);
  const findings = tried.map((each) => judgeAddress(each, { isExcused: isReached || isReachedHere, isServing }));
  if (!isReachedHere) return findings;
  return [...findings, ok(SUBJECT, 'asked at this machine itself, this server answers')];
}

function judgeAddress(
  { site, answer, problem, arrival }: Tried,
  { isExcused, isServing }: { isExcused: boolean; isServing: boolean },
): Finding {
  const place = `${site.url.host} at ${site.address}`;
  if (arrival) return ok(SUBJECT, `${place} is this server`);
  const port = portOf(site.url);
  if (!answer && NO_TLS.test(problem ?? '')) {
    const advice = 'give publicUrl the port that speaks TLS (`nosocial tls show`, or that of the proxy), or write http';
    return (isExcused ? warn : fail)(SUBJECT, `${place} answers, but does not speak TLS`, advice);
  }
  if (!answer) {
    const advice =
      `try it from elsewhere, such as a phone without Wi-Fi: many routers do not let their own address be used from ` +
      `within. If it fails there, too: does the router hand port ${port} on to this machine, and is the address its own?`;
    return warn(SUBJECT, `${place} does not answer from here: ${problem ?? ''}`, advice);
  }
  if (!isServing)
    return warn(SUBJECT, `${place} answers with ${answer.status}`, 'start the server to see whether it is that');
  const advice =
    `see where port ${port} is handed on to, and that the name leads to this network. From within, a router ` +
    'may answer with its own page: then try it from elsewhere, such as a phone without Wi-Fi';
  return (isExcused ? warn : fail)(SUBJECT, `${place} is something else, not this server`, advice);
}

function judgeCertificate({ shown }: SiteAnswer, url: URL): Finding[] {
  if (!shown) return [];
  return judgeShown(shown, { subject: 'certificate', host: hostOf(url), nowMs: Date.now(), renewal: RENEWAL });
}

function plainWarning(): Finding {
  const advice = 'put Caddy before it (config/Caddyfile), or use `nosocial tls init`, and write https in publicUrl';
  return warn(SUBJECT, 'it is not encrypted: passwords and files can be read on their way', advice);
}

async function checkWay(site: Site, arrived: readonly Finding[], { patienceMs }: ReachOptions): Promise<Finding[]> {
  try {
    return [...arrived, ...(await checkMethods(site, REALM)), ...(await checkBodySize(site, REALM, patienceMs))];
  } catch (error) {
    const advice = 'look into the log of what stands before the server';
    return [...arrived, fail('proxy', `it breaks off: ${reasonOf(error)}`, advice)];
  }
}

/** People type the name without https, and clients that are given http send the password before they are led on. */
async function checkPlain({ url, address }: Site, plainPort: number | undefined): Promise<Finding[]> {
  if (plainPort === undefined && url.port !== '') return [];
  const plain = new URL(`http://${url.hostname}:${plainPort ?? 80}`);
  try {
    const { status, headers } = await new Site(plain, address, []).ask({ method: 'GET', path: '/dav/' });
    const target = URL.parse(headers.location ?? '', plain);
    if (status >= 300 && status < 400 && target?.protocol === 'https:') {
      return [ok(SUBJECT, 'whoever asks without https is led there')];
    }
    const advice = 'have port 80 redirect to https; config/ has samples for nginx, haproxy and Caddy';
    return [warn(SUBJECT, `without https it answers with ${status}`, advice)];
  } catch {
    return []; // Nothing there: nobody is led astray.
  }
}
