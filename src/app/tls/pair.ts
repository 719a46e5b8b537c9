import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** A certificate and its key as they are served. */
export interface CertificatePair {
  /** In PEM, the server's own first, then those that lead to its authority. */
  readonly certificate: string;
  /** In PEM. */
  readonly key: string;
  /** The first of the certificates. */
  readonly leaf: X509Certificate;
}

export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Why a pair of files cannot be served, and what to do about it. */
export class PairProblem extends Error {
  override readonly name = 'PairProblem';
}

/** Reads a certificate and its key from two files, or both from one. Throws `PairProblem` unless they fit. */
export function readPair(files: PairFiles): CertificatePair {
  const text = readText(files.certificate, 'certificate');
  const key = files.key === files.certificate ? text : readText(files.key, 'key');
  const { certificate, leaf } = certificatesIn(text, files.certificate);
  if (!leaf.checkPrivateKey(keyOf(key, files.key))) {
    throw new PairProblem(
      `the certificate "${files.certificate}" and the key "${files.key}" do not belong together; ` +
        "the file of the certificate must begin with the server's own, which was made for this key",
    );
  }
  try {
    createSecureContext({ cert: certificate, key });
  } catch (error) {
    throw new PairProblem(`the certificate "${files.certificate}" and its key cannot be used: ${reasonOf(error)}`);
  }
  return { certificate, key, leaf };
}

/** Throws `PairProblem` when the certificate is of the past. One of the future may be a clock that is not set yet. */
export function assertNotExpired({ leaf }: CertificatePair, { certificate }: PairFiles, nowMs: number): void {
  if (leaf.validToDate.getTime() > nowMs) return;
  throw new PairProblem(
    `the certificate "${certificate}" expired on ${dayOf(leaf.validToDate)}; ` +
      'renew it with the program that it comes from',
  );
}

/** The DNS names that a certificate is for. */
export function namesOf(certificate: X509Certificate): string[] {
  return alternativesOf(certificate, 'DNS');
}

/** The addresses that a certificate is for, as they are usually written. */
export function addressesOf(certificate: X509Certificate): string[] {
  return alternativesOf(certificate, 'IP Address').map(shortAddress);
}

/** Node writes them as `DNS:a, IP Address:FD00:0:0:0:0:0:0:5`; what is neither name nor address stands in quotes. */
function alternativesOf({ subjectAltName = '' }: X509Certificate, kind: string): string[] {
  return subjectAltName
    .split(', ')
    .filter((part) => part.startsWith(`${kind}:`))
    .map((part) => part.slice(kind.length + 1));
}

/** `fd00::5` for `FD00:0:0:0:0:0:0:5`. */
export function shortAddress(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** 2027-12-22 */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PairProblem(
      `the ${what} "${file}" cannot be read: ${reasonOf(error)}; ` +
        'it must be a file that the user whom the server runs as may read',
    );
  }
}

function certificatesIn(pem: string, file: string): Pick<CertificatePair, 'certificate' | 'leaf'> {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const [first] = all;
  if (first === undefined) {
    throw new PairProblem(
      `the certificate "${file}" is none in PEM, which begins with -----BEGIN CERTIFICATE-----; ` +
        '`openssl x509 -inform DER -in FILE -out NEWFILE` converts another form',
    );
  }
  try {
    return { certificate: `${all.join('\n')}\n`, leaf: new X509Certificate(first) };
  } catch (error) {
    throw new PairProblem(`the certificate "${file}" is damaged: ${reasonOf(error)}`);
  }
}

function keyOf(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    if (pem.includes('ENCRYPTED')) {
      throw new PairProblem(
        `the key "${file}" has a passphrase, which nobody could type in at a start; ` +
          '`openssl pkey -in FILE -out NEWFILE` writes it without',
      );
    }
    throw new PairProblem(`the key "${file}" is none in PEM, which begins with -----BEGIN PRIVATE KEY----- or alike`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
