import type { Arrival } from '../../../http/arrivals.ts';
import { TrustedProxies } from '../../../http/trusted-proxies.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';

const SUBJECT = 'proxy';
/** Of a documentation network: nobody's. */
const SOMEBODY = '192.0.2.1';

export interface Expected {
  readonly publicUrl: URL;
  readonly trustedProxies: readonly string[];
}

/** What the way to the server does to requests, seen from where they arrive. */
export function judgeArrival(arrival: Arrival, { publicUrl, trustedProxies }: Expected): Finding[] {
  const findings: Finding[] = [];
  if (!arrival.hasAuthorization) {
    const advice = 'have it hand on the header Authorization as it is, and ask for no password itself';
    findings.push(fail(SUBJECT, 'it keeps passwords to itself, so that nobody can log in', advice));
  }
  if (originHost(publicUrl.protocol, arrival.host) !== publicUrl.host) {
    findings.push(
      warn(
        SUBJECT,
        `requests for ${publicUrl.host} arrive as for "${arrival.host}"`,
        'have it hand on Host (nginx: `proxy_set_header Host $http_host;`), or mend publicUrl',
      ),
    );
  }
  const isProxied = arrival.forwarding.length > 0 || (publicUrl.protocol === 'https:' && !arrival.isEncrypted);
  const problem = isProxied ? judgeProxy(arrival, publicUrl, trustedProxies) : undefined;
  if (problem) findings.push(problem);
  if (findings.length > 0) return findings;
  return [
    ok(SUBJECT, isProxied ? `the one at ${arrival.peer} tells who asks` : 'none; requests arrive as they are sent'),
  ];
}

function judgeProxy(arrival: Arrival, publicUrl: URL, trustedProxies: readonly string[]): Finding | undefined {
  const { peer, forwarding } = arrival;
  if (!isTrusted(peer, trustedProxies)) {
    return warn(
      SUBJECT,
      `the one at ${peer} is not trusted: all clients count as one, and one who guesses passwords locks out all`,
      `set trustedProxies: ['${peer}']`,
    );
  }
  if (!forwarding.includes('x-forwarded-for') && !forwarding.includes('forwarded')) {
    return warn(
      SUBJECT,
      `the one at ${peer} does not tell who asks: all clients count as one`,
      'have it send X-Forwarded-For; config/ has samples for nginx, haproxy and Caddy',
    );
  }
  if (publicUrl.protocol === 'https:' && !arrival.isSecure) {
    return warn(
      SUBJECT,
      `the one at ${peer} does not tell that clients come by https`,
      'have it send X-Forwarded-Proto; config/ has samples for nginx, haproxy and Caddy',
    );
  }
  return undefined;
}

function isTrusted(peer: string, trustedProxies: readonly string[]): boolean {
  const client = new TrustedProxies(trustedProxies).seeThrough(peer, { 'x-forwarded-for': SOMEBODY });
  return client.address === SOMEBODY;
}

/** In the form that `URL` has it: without the port that goes without saying. */
function originHost(protocol: string, host: string): string | undefined {
  return URL.parse(`${protocol}//${host}`)?.host;
}
