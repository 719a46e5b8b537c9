import { answerOf, api } from './client.ts';
import type { Schemas } from './schemas.ts';

export type Job = Schemas['Job'];

/** One's own, the newest first: under way, and ended in the last day. Without what came of them. */
export async function listJobs(): Promise<Job[]> {
  return (await answerOf(api.GET('/api/v1/jobs'))).items;
}

/** One job, with what came of it. */
export function getJob(id: string): Promise<Job> {
  return answerOf(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
}

/** What it has done so far stays done. */
export async function cancelJob(id: string): Promise<void> {
  await answerOf(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } }));
}
