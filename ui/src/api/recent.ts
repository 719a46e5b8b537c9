import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

type RecentPage = Schemas['ListRecentAnswer'];

interface RecentQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Files that one may see, the last changed first. A page may be short while there are more. */
export function listRecent({ limit, cursor }: RecentQuery, signal: AbortSignal): Promise<RecentPage> {
  const query = { limit, ...(cursor !== undefined && { cursor }) };
  return answerOf(api.GET('/api/v1/recent', { params: { query }, signal }));
}
