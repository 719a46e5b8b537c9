import { answerOf, api } from './client.ts';
import type { Job } from './jobs.ts';
import type { Schemas } from './schemas.ts';

export type TrashEntry = Schemas['TrashEntry'];
export type TrashPage = Schemas['ListTrashAnswer'];

interface TrashQuery {
  readonly cursor?: string | undefined;
  readonly limit: number;
  /** Everybody's; for administrators. */
  readonly all: boolean;
}

export function listTrash({ cursor, limit, all }: TrashQuery, signal?: AbortSignal): Promise<TrashPage> {
  const params = { query: { limit, all: String(all), ...(cursor !== undefined && { cursor }) } };
  return answerOf(api.GET('/api/v1/trash', { params, ...(signal && { signal }) }));
}

/** Of all that one may remove; its result says how many they were. */
export function emptyTrash(): Promise<Job> {
  return answerOf(api.DELETE('/api/v1/trash'));
}
