import net from 'node:net';
import { encodeName, nameKey, TYPE, uint16, type DnsRecord, type DomainName } from './dns-message.ts';
import type { Link, Service } from './links.ts';

/** RFC 6762 §10: what holds an address lives shorter. */
const HOST_TTL_SECONDS = 120;
const OTHER_TTL_SECONDS = 4500;
const MAX_LABEL_BYTES = 63;

/** How the server calls itself; changed when another has that name already. */
export interface Names {
  /** For people: `nosocial on box`. */
  readonly service: string;
  /** Of this machine, without `.local`. */
  readonly host: string;
}

const LISTING: DomainName = ['_services', '_dns-sd', '_udp', 'local'];

export function isListing(name: DomainName): boolean {
  return nameKey(name) === nameKey(LISTING);
}

function typeName({ type }: Service): DomainName {
  return [type, '_tcp', 'local'];
}

export function instanceName(service: Service, names: Names): DomainName {
  return [names.service, ...typeName(service)];
}

export function hostName({ host }: Names): DomainName {
  return [host, 'local'];
}

/** What is announced of one service; RFC 6763 §4, §6, §9. */
export function serviceRecords(service: Service, names: Names): DnsRecord[] {
  const instance = instanceName(service, names);
  const pointer = (from: DomainName, to: DomainName): DnsRecord => ({
    name: from,
    type: TYPE.ptr,
    ttlSeconds: OTHER_TTL_SECONDS,
    isUnique: false,
    data: encodeName(to),
  });
  return [pointer(LISTING, typeName(service)), pointer(typeName(service), instance), ...uniqueRecords(service, names)];
}

/**
 * Without `u`, a user's name, though gvfs 1.50 opens only what has it: strangers are not told who has an account, and with
 * an empty one gvfs mounts, but then sends no password.
 */
const TEXT = ['path=/dav/'];

/** Those that no other may have, which is asked before they are used. */
export function uniqueRecords(service: Service, names: Names): DnsRecord[] {
  const unique = { name: instanceName(service, names), isUnique: true };
  const place = Buffer.concat([uint16(0), uint16(0), uint16(service.port), encodeName(hostName(names))]);
  return [
    { ...unique, type: TYPE.srv, ttlSeconds: HOST_TTL_SECONDS, data: place },
    { ...unique, type: TYPE.txt, ttlSeconds: OTHER_TTL_SECONDS, data: textData(TEXT) },
  ];
}

export function addressRecords({ addresses }: Link, names: Names): DnsRecord[] {
  return addresses.map((address) => ({
    name: hostName(names),
    type: net.isIPv4(address) ? TYPE.a : TYPE.aaaa,
    ttlSeconds: HOST_TTL_SECONDS,
    isUnique: true,
    data: addressData(address),
  }));
}

/** Says which types of addresses there are, and so that there are no others: nobody waits for those (RFC 6762 §6.1). */
export function noOtherAddresses(addresses: readonly DnsRecord[]): DnsRecord[] {
  const [first] = addresses;
  if (!first) return [];
  const bits = Buffer.alloc(4);
  for (const { type } of addresses) bits[type >> 3] = (bits[type >> 3] ?? 0) | (0x80 >> (type & 7));
  const data = Buffer.concat([encodeName(first.name), Buffer.of(0, bits.length), bits]);
  return [{ ...first, type: TYPE.nsec, data }];
}

function textData(entries: readonly string[]): Buffer {
  const texts = entries.map((entry) => Buffer.from(entry));
  return Buffer.concat(texts.flatMap((text) => [Buffer.of(text.length), text]));
}

export function addressData(address: string): Buffer {
  if (net.isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const hextets = (part: string): number[] => (part === '' ? [] : part.split(':').map((text) => parseInt(text, 16)));
  const [head = '', tail] = plainIpv6(address).split('::');
  const [left, right] = [hextets(head), hextets(tail ?? '')];
  const gap = new Array<number>(8 - left.length - right.length).fill(0);
  return Buffer.concat([...left, ...gap, ...right].map(uint16));
}

/** Without its zone, and with an IPv4 address at its end written as the rest. */
function plainIpv6(address: string): string {
  return new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}

export function isSame(one: DnsRecord, other: DnsRecord): boolean {
  return one.type === other.type && nameKey(one.name) === nameKey(other.name) && one.data.equals(other.data);
}

/** As long as a label may be, with `ending` whole; not cut within a character. */
export function labelOf(text: string, ending = ''): string {
  const characters = Array.from(text);
  while (Buffer.byteLength(characters.join('') + ending) > MAX_LABEL_BYTES) characters.pop();
  return characters.join('') + ending;
}
