import type { X509Certificate } from 'node:crypto';
import net from 'node:net';
import { DAY_MS } from '../../../lib/clock.ts';
import { addressesOf, dayOf, namesOf } from '../../tls/pair.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';
import type { ShownCertificate } from './site.ts';

/** Whoever renews by itself has done so by then; certificates that last for days only are renewed at half their time. */
const LATE_DAYS = 14;
const LATE_SHARE = 1 / 4;

/** Of the chain that a certificate stands in; dates are judged by themselves. */
const OF_DATES = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const CHAIN_PROBLEMS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself, and no client trusts it',
  SELF_SIGNED_CERT_IN_CHAIN: 'it comes from an authority that no client trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it comes from an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificates between it and its authority are not sent along',
};

export interface CertificateUse {
  readonly subject: string;
  /** The name or address that clients ask for. */
  readonly host: string;
  readonly nowMs: number;
  /** How it is renewed. */
  readonly renewal: string;
}

/** Whether clients take a certificate that a site shows. */
export function judgeShown({ certificate, chainProblem }: ShownCertificate, use: CertificateUse): Finding[] {
  const { subject, host } = use;
  const findings = judgeDates(certificate, use).filter(({ level }) => level !== 'ok');
  if (!isFor(certificate, host)) {
    const names = [...namesOf(certificate), ...addressesOf(certificate)].join(', ') || 'no name';
    findings.push(fail(subject, `it is for ${names}, not for ${host}`, `get one for ${host}, or mend publicUrl`));
  }
  if (chainProblem !== undefined && !OF_DATES.has(chainProblem)) {
    const what = CHAIN_PROBLEMS[chainProblem] ?? `its chain cannot be trusted (${chainProblem})`;
    const advice =
      'serve the whole chain (fullchain.pem) of a certificate from a public authority; Caddy gets one by itself';
    findings.push(fail(subject, what, advice));
  }
  return findings.length > 0 ? findings : judgeDates(certificate, use);
}

/** How long a certificate lasts: one finding. */
export function judgeDates(
  certificate: X509Certificate,
  { subject, nowMs, renewal }: Omit<CertificateUse, 'host'>,
): Finding[] {
  const fromMs = certificate.validFromDate.getTime();
  const untilMs = certificate.validToDate.getTime();
  const days = Math.floor((untilMs - nowMs) / DAY_MS);
  const end = dayOf(certificate.validToDate);
  if (untilMs <= nowMs) return [fail(subject, `it ended on ${end}`, renewal)];
  if (fromMs > nowMs) {
    const advice = 'see that the clock of this machine is right';
    return [fail(subject, `it begins only on ${dayOf(certificate.validFromDate)}`, advice)];
  }
  const lateMs = Math.min(LATE_DAYS * DAY_MS, (untilMs - fromMs) * LATE_SHARE);
  const left = `it lasts until ${end}, ${days} ${days === 1 ? 'day' : 'days'} from now`;
  if (untilMs - nowMs < lateMs) return [warn(subject, left, `${renewal}; it should have happened by now`)];
  return [ok(subject, left)];
}

export function isFor(certificate: X509Certificate, host: string): boolean {
  return (net.isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
}
