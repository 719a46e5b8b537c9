import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { authorityLifetime, serverLifetime, type Lifetime } from './lifetimes.ts';

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
/** ecdsa-with-SHA256, RFC 5758 §3.2: without parameters. */
const ECDSA_SHA256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
/** RFC 5280 §4.1.2.2: positive, and at most 20 bytes. */
const SERIAL_BYTES = 16;

/** A certificate with its private key, both in PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

interface Request {
  readonly subject: Name;
  readonly issuer: Name;
  readonly publicKey: KeyObject;
  readonly lifetime: Lifetime;
  readonly extensions: Extension[];
}

/** An authority of our own, for server certificates only. */
export function issueAuthority(commonName: string, nowMs: number): Issued {
  const { publicKey, privateKey } = newKeys();
  const name = nameOf(commonName);
  const certificate = signed(privateKey, {
    subject: name,
    issuer: name,
    publicKey,
    lifetime: authorityLifetime(nowMs),
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdOf(publicKey))),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

/**
 * A certificate of the authority's for DNS names and addresses, the first of them as its subject. Not valid for longer
 * than the authority itself. ECDSA with P-256, which every TLS 1.2 client has.
 */
export function issueServerCertificate(authority: Issued, hosts: readonly string[], nowMs: number): Issued {
  const { publicKey, privateKey } = newKeys();
  const issuer = AsnConvert.parse(new X509Certificate(authority.certificate).raw, Certificate).tbsCertificate;
  const authorityKey = createPrivateKey(authority.key);
  const authorityEndMs = new X509Certificate(authority.certificate).validToDate.getTime();
  const names = hosts.map((host) => new GeneralName(isIP(host) === 0 ? { dNSName: host } : { iPAddress: host }));
  const authorityId = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdOf(createPublicKey(authority.key))),
  });
  const certificate = signed(authorityKey, {
    subject: nameOf(hosts[0] ?? 'nosocial'),
    issuer: issuer.subject,
    publicKey,
    lifetime: serverLifetime(nowMs, authorityEndMs),
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, new SubjectAlternativeName(names)),
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdOf(publicKey))),
      extension(id_ce_authorityKeyIdentifier, authorityId),
    ],
  });
  return { certificate, key: pemOf(privateKey) };
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function signed(key: KeyObject, { subject, issuer, publicKey, lifetime, extensions }: Request): string {
  const serial = randomBytes(SERIAL_BYTES);
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: arrayBuffer(serial),
    signature: ECDSA_SHA256,
    issuer,
    validity: new Validity({ notBefore: new Date(lifetime.fromMs), notAfter: new Date(lifetime.endMs) }),
    subject,
    subjectPublicKeyInfo: publicKeyInfo(publicKey),
    extensions: new Extensions(extensions),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: ECDSA_SHA256,
    signatureValue: arrayBuffer(signature),
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

function extension(id: string, value: object, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function nameOf(commonName: string): Name {
  const part = (type: string, utf8String: string) =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) })]);
  return new Name([part(ORGANIZATION, 'nosocial'), part(COMMON_NAME, commonName.slice(0, MAX_COMMON_NAME))]);
}

/** RFC 5280, ub-common-name. */
const MAX_COMMON_NAME = 64;

function publicKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** RFC 5280 §4.2.1.2, method 1. */
function keyIdOf(key: KeyObject): ArrayBuffer {
  const point = Buffer.from(publicKeyInfo(key).subjectPublicKey);
  return arrayBuffer(createHash('sha1').update(point).digest());
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' });
}
