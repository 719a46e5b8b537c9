import type { Actor } from './actor.ts';
import type { Job } from './ports/jobs.ts';

/**
 * Whether a job is `actor`'s to see and to call off. To an app password only those are that were begun with the same
 * rights: what others did tells of things that it may not see.
 */
export function isOwnJob({ userId, narrowing }: Actor, job: Job): boolean {
  if (job.userId !== userId) return false;
  if (narrowing === undefined) return true;
  return job.narrowing?.access === narrowing.access && job.narrowing.rootId === narrowing.rootId;
}
