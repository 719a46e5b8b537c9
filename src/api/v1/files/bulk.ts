import * as z from 'zod';
import { ON_CONFLICT } from '../../../core/on-conflict.ts';
import type { Conditions } from '../../../core/core.ts';
import type { Node } from '../../../core/node.ts';
import type { Watcher } from '../../../core/maintenance/progress.ts';
import { CalledOff } from '../../../core/ports/jobs.ts';
import { isDomainError } from '../../../lib/errors.ts';
import { json } from '../../contract/answers.ts';
import { briefProblem, briefProblemSchema } from '../../contract/problem.ts';
import { route, type ApiRequest } from '../../contract/route.ts';
import type { ApiServices } from '../../contract/services.ts';
import { JOB_BEGUN, jobBegun } from '../jobs.ts';
import { purgeEntry, restoreEntry } from '../trash-changes.ts';
import { remove, transfer } from './change.ts';
import { conditionOn } from './conditions.ts';
import { FILE_ENTRY } from './entry.ts';
import { DESTINATION, WHERE_BODY, whereOf } from './where.ts';

const MAX_OPERATIONS = 1000;
/** More than a request should last. */
const MAX_AT_ONCE = 100;

const onConflict = z.enum(ON_CONFLICT).default('fail');

const ifMatch = z.string().max(200).optional().describe('The `etag` that it must have, without quotes.');

const trashId = z.int().min(1).describe('Its `id` in the trash.');

const OPERATION = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('move'), ...WHERE_BODY, to: DESTINATION, onConflict, ifMatch }),
  z.strictObject({ action: z.literal('copy'), ...WHERE_BODY, to: DESTINATION, onConflict, ifMatch }),
  z.strictObject({ action: z.literal('delete'), ...WHERE_BODY, ifMatch }),
  z.strictObject({ action: z.literal('restore').describe('From the trash, to where it was.'), trashId }),
  z.strictObject({ action: z.literal('purge').describe('From the trash, for good.'), trashId }),
]);

const BULK_BODY = z.strictObject({
  operations: z.array(OPERATION).min(1).max(MAX_OPERATIONS).describe('Done one after the other, in this order.'),
  background: z.boolean().optional().describe(`As a job, which it is anyway with more than ${MAX_AT_ONCE} operations.`),
});

const RESULT = z.object({
  isDone: z.boolean(),
  entry: FILE_ENTRY.optional().describe('Of a move, copy or restore: what is there now.'),
  trashId: z.int().optional().describe('Of what was deleted: what it is restored by.'),
  problem: briefProblemSchema.optional().describe('Why it was not done.'),
});

const REPORT = z
  .object({
    results: z
      .array(RESULT)
      .describe('One for each operation, in their order; of a job that was called off those that it came to.'),
    failedCount: z.int(),
  })
  .meta({ id: 'BulkReport' });

type Operation = z.output<typeof OPERATION>;
type Result = z.output<typeof RESULT>;
type Report = z.output<typeof REPORT>;
type BulkRequest = ApiRequest<undefined, undefined, z.output<typeof BULK_BODY>, 'user'>;
type By = Pick<BulkRequest, 'caller' | 'clientAddress'>;

/** Does all that can be done, as it is asked for. Ends in the signal's reason; what was done stays done. */
async function* doEach(
  services: ApiServices,
  by: By,
  operations: readonly Operation[],
  { signal, onProgress }: Watcher,
): AsyncGenerator<Result, void> {
  for (const [index, operation] of operations.entries()) {
    signal.throwIfAborted();
    yield await doOne(services, by, operation, signal);
    onProgress({ activity: 'working', doneCount: index + 1, doneBytes: 0, totalCount: operations.length });
  }
}

async function reportOf(outcomes: AsyncIterable<Result>): Promise<Report> {
  const report: Report = { results: [], failedCount: 0 };
  for await (const outcome of outcomes) add(report, outcome);
  return report;
}

/** One that is called off still tells what it has done. */
async function jobReport(outcomes: AsyncIterable<Result>, { signal }: Watcher): Promise<Report> {
  const report: Report = { results: [], failedCount: 0 };
  try {
    for await (const outcome of outcomes) add(report, outcome);
  } catch (error) {
    throw signal.aborted ? new CalledOff(report) : error;
  }
  return report;
}

function add(report: Report, outcome: Result): void {
  report.results.push(outcome);
  if (!outcome.isDone) report.failedCount += 1;
}

async function doOne(services: ApiServices, by: By, operation: Operation, signal: AbortSignal): Promise<Result> {
  try {
    return { isDone: true, ...(await outcomeOf(services, by, operation, signal)) };
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return { isDone: false, problem: briefProblem(error) };
  }
}

async function outcomeOf(
  services: ApiServices,
  { caller: { actor }, clientAddress: address }: By,
  operation: Operation,
  signal: AbortSignal,
): Promise<Pick<Result, 'entry' | 'trashId'>> {
  const by = { actor, address };
  if (operation.action === 'restore') return { entry: await restoreEntry(services, by, { id: operation.trashId }) };
  if (operation.action === 'purge') {
    await purgeEntry(services, by, operation.trashId);
    return {};
  }
  const where = whereOf(operation);
  const conditionsOn = (node: Node): Conditions => conditionOn(operation.ifMatch, node);
  if (operation.action === 'delete') return remove(services, { ...by, where, conditionsOn });
  const { action: how, to, onConflict: conflict } = operation;
  const moving = { how, where, conditionsOn, to, onConflict: conflict, signal };
  return { entry: (await transfer(services.core, actor, moving)).entry };
}

export const bulkRoutes = [
  route({
    method: 'post',
    path: '/api/v1/files/bulk',
    id: 'changeFiles',
    tag: 'files',
    summary: 'Moves, copies, deletes, restores and purges many at once',
    description:
      'Each for itself: what fails keeps none of the others from being done. As a job it goes on when the client leaves, ' +
      'and can be called off; the report is its result.',
    access: 'user',
    body: BULK_BODY,
    answers: {
      200: { description: 'What became of each.', schema: REPORT },
      202: JOB_BEGUN,
    },
    errors: ['busy'],
    handle: async (request: BulkRequest, services) => {
      const { operations, background = operations.length > MAX_AT_ONCE } = request.body;
      const { caller, clientAddress, signal } = request;
      const by = { caller, clientAddress };
      if (!background && operations.length <= MAX_AT_ONCE) {
        const outcomes = doEach(services, by, operations, { signal, onProgress: () => undefined });
        return json(200, await reportOf(outcomes));
      }
      const title = `Changing ${operations.length} files and folders`;
      const work = (watcher: Watcher): Promise<Report> => jobReport(doEach(services, by, operations, watcher), watcher);
      return jobBegun(services.jobs.start(caller.actor, { kind: 'bulk', title }, work));
    },
  }),
];
