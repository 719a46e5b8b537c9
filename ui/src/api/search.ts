import { answerOf, api } from './client.ts';
import type { SearchHit, SearchQuery } from './found.ts';

interface SearchAnswer {
  readonly items: SearchHit[];
  readonly nextCursor?: string;
  /** False while a very large store is indexed for the first time. */
  readonly isComplete: boolean;
}

export function search({ cursor, ...query }: SearchQuery, signal: AbortSignal): Promise<SearchAnswer> {
  return answerOf(
    api.GET('/api/v1/search', { params: { query: { ...query, ...(cursor !== undefined && { cursor }) } }, signal }),
  );
}
