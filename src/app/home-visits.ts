import type { Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import { mayOpenHomes } from '../core/homes.ts';
import type { FinishedRequest } from '../http/access-log.ts';
import type { BasicAuthenticator } from '../http/admission.ts';
import type { AuditLog } from '../observe/audit.ts';

/** Which homes of others each request came into, until it is answered and they are written down: once for each. */
export class HomeVisits {
  readonly #visits = new WeakMap<Actor, Set<string>>();

  readonly note = (actor: Actor, ownerName: string): void => {
    const names = this.#visits.get(actor);
    if (names) names.add(ownerName);
    else this.#visits.set(actor, new Set([ownerName]));
  };

  record({ user, method, path, remoteAddress: address }: FinishedRequest, audit: Pick<AuditLog, 'record'>): void {
    for (const target of (user && this.#visits.get(user)) ?? []) {
      audit.record({ action: 'home-opened', user: user?.name, address, target, value: `${method} ${path}` });
    }
  }
}

/** Who asks, an administrator with the homes of others where the settings say so. One object for each request. */
export function withHomes(core: Core, actor: Actor): Actor {
  return mayOpenHomes(core, actor) ? { ...actor, opensHomes: true } : actor;
}

export function basicWithHomes(core: Core, authenticator: BasicAuthenticator): BasicAuthenticator {
  return {
    basic: async (authorization, address) => withHomes(core, await authenticator.basic(authorization, address)),
  };
}
