import * as z from 'zod';
import type { Caller } from '../../auth/caller.ts';
import type { DiskReport } from '../../core/disks.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { route, type ApiRequest } from '../contract/route.ts';
import type { DiskActor } from '../contract/services.ts';

const diskSchema = z
  .object({
    name: z.string(),
    path: z.string(),
    state: z.enum(['up', 'full', 'down']).describe('`full`: below its reserve, or it cannot be written.'),
    problem: z.string().optional().describe('Why it is down, or cannot be written.'),
    freeBytes: z.number().int(),
    totalBytes: z.number().int(),
    promisedBytes: z.number().int().describe('To uploads that are under way.'),
    availableBytes: z
      .number()
      .int()
      .describe('What files may still take; negative while less than the reserve is free.'),
    reserveBytes: z.number().int().describe('Left free for others.'),
    blobCount: z.number().int(),
    blobBytes: z.number().int(),
  })
  .meta({ id: 'Disk' });

function diskView({ id: _, problem, ...report }: DiskReport): z.input<typeof diskSchema> {
  return problem === undefined ? report : { ...report, problem };
}

function actorOf({
  caller,
  clientAddress,
}: Pick<ApiRequest & { caller: Caller }, 'caller' | 'clientAddress'>): DiskActor {
  return { userName: caller.actor.name, address: clientAddress };
}

export const diskRoutes = [
  route({
    method: 'get',
    path: '/api/v1/disks',
    id: 'listDisks',
    tag: 'server',
    summary: 'The disks, their room and how they are',
    access: 'admin',
    answers: { 200: { description: 'All of them.', schema: z.object({ items: z.array(diskSchema) }) } },
    errors: [],
    handle: async (_request, { disks }) => json(200, { items: (await disks.list()).map(diskView) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/disks',
    id: 'addDisk',
    tag: 'server',
    summary: 'Makes a folder of the server’s machine a disk',
    description:
      'The folder is made when it is missing. It must be empty, or a disk of this server already: then only its path ' +
      'is noted anew. New files go to the disk with the most room.',
    access: 'admin',
    body: z.strictObject({
      path: z.string().min(1).max(4096).describe('Absolute.'),
      name: z.string().min(1).max(64).optional().describe('Without it the first free one of `disk1`, `disk2`, …'),
      reserveBytes: z.number().int().min(0).optional().describe('Left free for others.'),
    }),
    answers: { 201: { description: 'It is in use.', schema: diskSchema } },
    errors: ['refused', 'already-exists', 'unavailable'],
    handle: async (request, { disks }) => json(201, diskView(await disks.add(request.body, actorOf(request)))),
  }),
  route({
    method: 'delete',
    path: '/api/v1/disks/{name}',
    id: 'removeDisk',
    tag: 'server',
    summary: 'Forgets a disk that holds nothing; its folder stays',
    access: 'admin',
    params: z.object({ name: z.string() }),
    answers: { 204: { description: 'It is not used any more.' } },
    errors: ['not-found', 'refused'],
    handle: async (request, { disks }) => {
      await disks.remove(request.params.name, actorOf(request));
      return NO_CONTENT;
    },
  }),
];
