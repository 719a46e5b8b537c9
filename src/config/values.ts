import net from 'node:net';
import * as z from 'zod';
import { DatabaseProblem, readDatabase, type WrittenDatabase } from './database.ts';
import { parseBytes } from './units.ts';

/** Where to listen. An IPv6 address stands without its brackets here. */
export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/** A schema for a value that is written as text and understood by `read`, which returns undefined for what is wrong. */
function written<T>(read: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'invalid_value', values: [], input: text });
    return z.NEVER;
  });
}

export const size = written(parseBytes);
export const listenAddress = written(readListenAddress);
export const origin = written(readOrigin);
export const proxies = z.array(z.string().refine(isAddressOrNetwork));
export const file = z.string().min(1);
export const folder = z.string().min(1);
export const folders = z.array(folder).min(1);
/** `on` and `off` as people write them, beside YAML's own words. */
export const onOff = z.union([z.boolean(), z.enum(['on', 'off']).transform((word) => word === 'on')]);
/** Who watches at which address, each at most once. */
export const viewers = z.array(z.string().refine(isViewer)).refine(isEachOnce);
/** What is shown on a screen in one line. */
export const shownName = z.string().regex(/^\P{Cc}{1,64}$/u);
export const count = (from: number, to: number) => z.int().min(from).max(to);

export const database = z.string().transform((text, context): WrittenDatabase => {
  try {
    const value = readDatabase(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'invalid_value', values: [], input: text });
  } catch (error) {
    if (!(error instanceof DatabaseProblem)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
  return z.NEVER;
});

function readListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const [bracketed, plain] = [match?.[1], match?.[2]];
  if (!match || port > 65_535) return undefined;
  if (bracketed !== undefined) return net.isIPv6(bracketed) ? { host: bracketed, port } : undefined;
  if (plain === undefined || !isHost(plain)) return undefined;
  return { host: plain, port };
}

/** An IPv4 address or a name; what looks like an address must be one. */
function isHost(text: string): boolean {
  return net.isIPv4(text) || (/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(text) && !/^[\d.]+$/.test(text));
}

function readOrigin(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isBare ? url.origin : undefined;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = net.isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function isViewer(text: string): boolean {
  const [address = '', name = '', ...rest] = text.split('=');
  return net.isIPv4(address) && name !== '' && rest.length === 0;
}

function isEachOnce(list: readonly string[]): boolean {
  return new Set(list.map((text) => text.split('=')[0])).size === list.length;
}
