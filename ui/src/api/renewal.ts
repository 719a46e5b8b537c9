import { takeAhead } from './ahead.ts';
import type { Schemas } from './schemas.ts';
import { unreachable } from './problem.ts';

const ADDRESS = '/api/v1/session/renew';

let underWay: Promise<Schemas['PageSession'] | undefined> | undefined;

/**
 * New cookies for this browser, whosever they are (`isOwn`); undefined when only signing in helps. All who ask at the same
 * time share one request.
 * Throws `Problem` (`unreachable`).
 */
export function renewSession(): Promise<Schemas['PageSession'] | undefined> {
  underWay ??= renew().finally(() => {
    underWay = undefined;
  });
  return underWay;
}

async function renew(): Promise<Schemas['PageSession'] | undefined> {
  const ahead = takeAhead('POST', ADDRESS);
  const asked = ahead ?? fetch(ADDRESS, { method: 'POST', headers: { 'x-requested-with': 'nosocial' } });
  const response = await asked.catch((error: unknown) => {
    throw unreachable(error);
  });
  return response.ok ? ((await response.json()) as Schemas['PageSession']) : undefined;
}
