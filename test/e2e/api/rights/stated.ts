import type { NarrowAccess, Role } from '../../../../src/core/actor.ts';

/**
 * Who may do what, as the design says it and as people are told. It is written down here a second time, on its own: the
 * tests hold the server to this and not to the server's own table.
 */

/** What somebody wants to have done. */
export const DEEDS = [
  'read',
  'list',
  'look at in every way',
  'add file',
  'add folder',
  'copy beside',
  'write',
  'set properties',
  'lock',
  'replace by copy',
  'replace by move',
  'rename',
  'move away',
  'delete',
  'delete folder',
  'delete folder with things of others',
  'restore version',
  'delete version',
  'copy among many',
  'move among many',
  'delete among many',
  'restore among many',
  'purge among many',
  'break lock',
] as const;
export type Deed = (typeof DEEDS)[number];

export const PLACES = ['home', 'Workspace', 'Movies', 'Public', "somebody's home"] as const;
export type Place = (typeof PLACES)[number];

type Right = 'read' | 'add' | 'write' | 'replace' | 'remove' | 'unlock';

const EVERYTHING: readonly Right[] = ['read', 'add', 'write', 'replace', 'remove', 'unlock'];

interface Stated {
  /** On what is theirs, and on what is of others. */
  readonly own: readonly Right[];
  readonly others: readonly Right[];
}

const NOTHING: Stated = { own: [], others: [] };
const ALL: Stated = { own: EVERYTHING, others: EVERYTHING };
/** "may read, add, and write again what they added themselves, but not delete, move or rename" */
const ADDS: Stated = { own: ['read', 'add', 'write', 'replace', 'unlock'], others: ['read', 'add'] };
/** "may also change, move and delete what is theirs" */
const KEEPS_OWN: Stated = { own: EVERYTHING, others: ['read', 'add'] };
/** A lock is ended by who holds it, whatever they may not do any more. */
const READS: Stated = { own: ['read', 'unlock'], others: ['read'] };

const STATED: Readonly<Record<Place, Readonly<Record<Role, Stated>>>> = {
  home: { normal: NOTHING, advanced: ALL, admin: ALL },
  Workspace: { normal: ADDS, advanced: KEEPS_OWN, admin: ALL },
  Movies: { normal: READS, advanced: KEEPS_OWN, admin: ALL },
  Public: { normal: ADDS, advanced: KEEPS_OWN, admin: ALL },
  "somebody's home": { normal: NOTHING, advanced: NOTHING, admin: NOTHING },
};

const LEFT: Readonly<Record<NarrowAccess, readonly Right[]>> = {
  full: EVERYTHING,
  'read-only': ['read'],
  'upload-only': ['read', 'add', 'write'],
};

const NEEDED: Readonly<Record<Deed, readonly Right[]>> = {
  read: ['read'],
  list: ['read'],
  'look at in every way': ['read'],
  'add file': ['add'],
  'add folder': ['add'],
  'copy beside': ['read', 'add'],
  write: ['write'],
  'set properties': ['write'],
  lock: ['write'],
  'replace by copy': ['add', 'replace'],
  'replace by move': ['add', 'replace', 'remove'],
  rename: ['add', 'remove'],
  'move away': ['add', 'remove'],
  delete: ['remove'],
  'delete folder': ['remove'],
  'delete folder with things of others': ['remove'],
  'restore version': ['replace'],
  'delete version': ['remove'],
  'copy among many': ['read', 'add'],
  'move among many': ['add', 'remove'],
  'delete among many': ['remove'],
  'restore among many': ['add'],
  // Whatever they may not do any more where it was: in the trash it is theirs.
  'purge among many': [],
  'break lock': ['unlock'],
};

export interface Asked {
  readonly role: Role;
  readonly place: Place;
  /** Whether what it is done to belongs to the one who asks. */
  readonly isOwn: boolean;
  readonly deed: Deed;
  /** What an app password leaves; undefined: the user asks in person. */
  readonly access: NarrowAccess | undefined;
}

/** `hidden`: as if there were nothing. */
export type Verdict = 'done' | 'refused' | 'hidden';

export function statedVerdict(asked: Asked): Verdict {
  const { role, place, isOwn, deed, access } = asked;
  if (deed === 'restore among many' || deed === 'purge among many') return inTrash(asked);
  const stated = STATED[place][role];
  const rights = isOwn ? stated.own : stated.others;
  if (!rights.includes('read')) return 'hidden';
  const ofAll =
    deed === 'delete folder with things of others' ? rights.filter((right) => stated.others.includes(right)) : rights;
  const left = LEFT[access ?? 'full'];
  return NEEDED[deed].every((right) => ofAll.includes(right) && left.includes(right)) ? 'done' : 'refused';
}

/** "the trash of somebody is nobody else's"; administrators in person see to it. */
function inTrash({ role, place, isOwn, deed, access }: Asked): Verdict {
  if (!isOwn && (role !== 'admin' || access !== undefined)) return 'hidden';
  const rights = STATED[place][role][isOwn ? 'own' : 'others'];
  const isLeft = LEFT[access ?? 'full'].includes('remove');
  return isLeft && NEEDED[deed].every((right) => rights.includes(right)) ? 'done' : 'refused';
}
