import type { Endpoint } from '../api/connect/places.ts';
import { ensureSetupToken, setupPath } from '../api/setup/token.ts';
import type { Core } from '../core/core.ts';
import { DomainError } from '../lib/errors.ts';
import { linkOrigin } from './addresses.ts';

interface Place {
  readonly core: Core;
  readonly listEndpoints: () => Endpoint[];
}

/** The link with which the first administrator is made, the same until it is used; undefined once there is a user. */
export async function findSetupLink({ core, listEndpoints }: Place): Promise<string | undefined> {
  const token = await ensureSetupToken(core);
  if (token === undefined) return undefined;
  return `${linkOrigin(listEndpoints())}${setupPath(token)}`;
}

/** The same. Throws `refused` once there is a user. */
export async function setupLink(place: Place): Promise<string> {
  const link = await findSetupLink(place);
  if (link !== undefined) return link;
  const advice = '`nosocial user add NAME --role admin` adds an administrator';
  throw new DomainError('refused', `there are users already, so the link is no more; ${advice}`);
}
