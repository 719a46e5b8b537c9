import type { Schemas } from './schemas.ts';

let ownerId: number | undefined;

/** From now on the requests of this page are those of `account`, also while it is signed out: until somebody else's are. */
export function belongTo({ id }: Schemas['Account']): void {
  ownerId = id;
}

/**
 * Headers of every request. The server takes what changes anything from its own pages only, and they say so. The cookies are
 * those of all tabs: when somebody else has signed in in another one, the server refuses what is asked for this account.
 */
export function ownHeaders(): Readonly<Record<string, string>> {
  return { 'x-requested-with': 'nosocial', ...(ownerId !== undefined && { 'nosocial-account': String(ownerId) }) };
}

/** Whether new cookies are of use to this page. */
export function isOwn(opened: Schemas['PageSession'] | undefined): boolean {
  return opened !== undefined && opened.account.id === ownerId;
}
