import * as z from 'zod';
import type { Caller } from '../../auth/caller.ts';
import { isOwnJob } from '../../core/own-jobs.ts';
import { isAdministrator } from '../../core/permissions.ts';
import { JOB_KINDS, type Job } from '../../core/ports/jobs.ts';
import type { Answer } from '../../http/answer.ts';
import { DomainError } from '../../lib/errors.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { briefProblem, briefProblemSchema } from '../contract/problem.ts';
import { route } from '../contract/route.ts';
import type { ApiServices } from '../contract/services.ts';

export const jobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(JOB_KINDS),
    title: z.string().describe('What is being done, for people.'),
    state: z.enum(['running', 'done', 'failed', 'cancelled']),
    progress: z.object({
      activity: z.string(),
      doneCount: z.number().int(),
      doneBytes: z.number().int(),
      totalCount: z.number().int().optional().describe('Missing while nobody knows.'),
      totalBytes: z.number().int().optional(),
    }),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
    result: z
      .unknown()
      .optional()
      .describe('What became of it, for who began it; its shape is that of the route that did. Not in the list.'),
    problem: briefProblemSchema.optional().describe('Why it failed.'),
  })
  .meta({ id: 'Job' });

/** A job as the API shows it. */
export function jobView(job: Job): z.input<typeof jobSchema> {
  const { id, kind, title, state, startedAtMs, endedAtMs, result, error } = job;
  const { activity, doneCount, doneBytes, totalCount, totalBytes } = job.progress;
  return {
    id,
    kind,
    title,
    state,
    progress: {
      activity,
      doneCount,
      doneBytes,
      ...(totalCount !== undefined && { totalCount }),
      ...(totalBytes !== undefined && { totalBytes }),
    },
    startedAt: new Date(startedAtMs).toISOString(),
    ...(endedAtMs !== undefined && { endedAt: new Date(endedAtMs).toISOString() }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { problem: briefProblem(error) }),
  };
}

/** What came of it may name what is in somebody's home: that is for nobody else. */
function shownTo({ actor }: Caller, job: Job): z.input<typeof jobSchema> {
  return isOwnJob(actor, job) ? jobView(job) : withoutResult(job);
}

function withoutResult(job: Job): z.input<typeof jobSchema> {
  return jobView({ ...job, result: undefined });
}

/** Of a route that begins a job. */
export const JOB_BEGUN = {
  description: 'It has begun.',
  schema: jobSchema,
  headers: { Location: 'Where the job is.' },
} as const;

export function jobBegun(job: Job): Answer {
  return json(202, jobView(job), { Location: `/api/v1/jobs/${job.id}` });
}

/** The list of all is no longer. */
const MAX_LISTED = 1000;

const PARAMS = z.object({ id: z.string().describe('The job’s id.') });

export const jobRoutes = [
  route({
    method: 'get',
    path: '/api/v1/jobs',
    id: 'listJobs',
    tag: 'server',
    summary: 'Jobs under way and ended in the last day, the newest first',
    description:
      'One’s own; those of all for an administrator who asks for them. Without their results, which each has by itself. ' +
      'Of those that ended the latest fifty of each user are known, fewer when their results are large. They also come as events.',
    access: 'user',
    query: z.object({ all: z.stringbool().default(false).describe('Those of all users.') }),
    answers: { 200: { description: 'At most a thousand.', schema: z.object({ items: z.array(jobSchema) }) } },
    errors: ['forbidden'],
    handle: async ({ query, caller }, { jobs }) => {
      if (query.all && !isAdministrator(caller.actor)) {
        throw new DomainError('forbidden', 'only administrators see the jobs of others');
      }
      const wanted = query.all
        ? jobs.list()
        : jobs.list(caller.actor.userId).filter((job) => isOwnJob(caller.actor, job));
      return json(200, { items: wanted.slice(0, MAX_LISTED).map(withoutResult) });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/jobs/{id}',
    id: 'getJob',
    tag: 'server',
    summary: 'One job, and how far it is',
    access: 'user',
    params: PARAMS,
    answers: { 200: { description: 'The job.', schema: jobSchema } },
    errors: ['not-found'],
    handle: async ({ params, caller }, services) => json(200, shownTo(caller, ownJob(services, caller, params.id))),
  }),
  route({
    method: 'delete',
    path: '/api/v1/jobs/{id}',
    id: 'cancelJob',
    tag: 'server',
    summary: 'Calls a job off',
    description: 'What it has done so far stays done. A job that has ended stays as it is.',
    access: 'user',
    params: PARAMS,
    answers: { 204: { description: 'It ends at the next step.' } },
    errors: ['not-found'],
    handle: async ({ params, caller }, services) => {
      services.jobs.cancel(ownJob(services, caller, params.id).id);
      return NO_CONTENT;
    },
  }),
];

function ownJob({ jobs }: ApiServices, caller: Caller, id: string): Job {
  const job = jobs.find(id);
  if (job && (isOwnJob(caller.actor, job) || isAdministrator(caller.actor))) return job;
  throw new DomainError('not-found', 'there is no such job');
}
