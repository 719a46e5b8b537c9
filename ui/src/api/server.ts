import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type ServerInfo = Schemas['Server'];

let known: Promise<ServerInfo> | undefined;

/** What the server is and can do; asked for once, since it stays the same while the server runs. */
export function getServer(): Promise<ServerInfo> {
  known ??= answerOf(api.GET('/api/v1/server')).catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}
