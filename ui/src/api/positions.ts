import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type PlayedFile = Schemas['PlayedFile'];

/** Films and music that were begun and not finished, the last first. */
export async function listUnfinished(limit: number, signal: AbortSignal): Promise<PlayedFile[]> {
  const params = { query: { limit, show: 'unfinished' as const } };
  return (await answerOf(api.GET('/api/v1/positions', { params, signal }))).items;
}
