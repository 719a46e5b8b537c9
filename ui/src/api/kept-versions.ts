import { answerOf, api } from './client.ts';

/** Whether what is replaced there, or in that folder, is kept as an old version. Throws `Problem`. */
export async function keepsVersions(query: { readonly path: string } | { readonly id: number }): Promise<boolean> {
  const rules = await answerOf(api.GET('/api/v1/policies/effective', { params: { query } }));
  return rules.versionsKept > 0 && rules.versionsKeptDays > 0;
}
