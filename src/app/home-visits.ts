import type { Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import { mayOpenHomes } from '../core/homes.ts';
import type { FinishedRequest } from '../http/access-log.ts';
import type { BasicAuthenticator } from '../http/admission.ts';
import type { AuditLog } from '../observe/audit.ts';

/** Of one request: the owners whose homes it came into, and how that is written down once it is answered. */
interface Visit {
  readonly ownerNames: Set<string>;
  record?: (ownerName: string) => void;
}

/** Which homes of others each request came into, once for each. A job that it began goes on after the answer. */
export class HomeVisits {
  readonly #visits = new WeakMap<Actor, Visit>();

  readonly note = (actor: Actor, ownerName: string): void => {
    const { ownerNames, record } = this.#visitOf(actor);
    if (ownerNames.has(ownerName)) return;
    ownerNames.add(ownerName);
    record?.(ownerName);
  };

  record({ user, method, path, remoteAddress: address }: FinishedRequest, audit: Pick<AuditLog, 'record'>): void {
    if (user?.opensHomes !== true) return;
    const visit = this.#visitOf(user);
    visit.record = (target) => {
      audit.record({ action: 'home-opened', user: user.name, address, target, value: `${method} ${path}` });
    };
    visit.ownerNames.forEach(visit.record);
  }

  #visitOf(actor: Actor): Visit {
    const visit = this.#visits.get(actor) ?? { ownerNames: new Set() };
    this.#visits.set(actor, visit);
    return visit;
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
