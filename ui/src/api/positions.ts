import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type PlayedFile = Schemas['PlayedFile'];

/** Films and music that were begun and not finished, the last first. */
export async function listUnfinished(limit: number, signal: AbortSignal): Promise<PlayedFile[]> {
  const params = { query: { limit, show: 'unfinished' as const } };
  return (await answerOf(api.GET('/api/v1/positions', { params, signal }))).items;
}

/** Where one was in a film or a piece of music; 0 where it was never played. */
export function getPosition(id: number): Promise<Schemas['PlaybackPosition']> {
  return answerOf(api.GET('/api/v1/files/position', { params: { query: { id } } }));
}

/** Is sent to its end even when the page is left meanwhile. */
export async function keepPosition(id: number, body: { positionMs: number; durationMs?: number }): Promise<void> {
  await answerOf(api.PUT('/api/v1/files/position', { params: { query: { id } }, body, keepalive: true }));
}
