import { parseBytes } from '../config/units.ts';
import { ROLES, type Role } from '../core/actor.ts';
import { UsageError } from './command.ts';

export function readRole(text: string): Role {
  const role = ROLES.find((candidate) => candidate === text);
  if (!role) throw new UsageError(`"${text}" is no role; there are ${ROLES.join(', ')}`);
  return role;
}

export function readBytes(text: string): number {
  const bytes = parseBytes(text);
  if (bytes === undefined) throw new UsageError(`"${text}" is no size; write it as 15GB, 500MB or 1.5TiB`);
  return bytes;
}

export function readCount(text: string, { least, most }: { least: number; most: number }): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (count >= least && count <= most) return count;
  throw new UsageError(`"${text}" is not right; write a whole number from ${least} to ${most}`);
}

export function readNumber(text: string, what: string): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1) throw new UsageError(`"${text}" is no number; ${what} shows the numbers`);
  return number;
}
