import * as z from 'zod';
import { json } from '../contract/answers.ts';
import { route } from '../contract/route.ts';
import type { TelevisionStatus } from '../contract/television-status.ts';

const time = z.iso.datetime();

const televisionSchema = z
  .object({
    isOn: z.boolean().describe('Whether films are shown to televisions, as the setting `dlna.enabled` says.'),
    name: z.string().describe('What televisions show in their list of sources.'),
    port: z.number().int().describe('As it is set; 0 for any that is free.'),
    places: z
      .array(
        z.object({
          interface: z.string(),
          origin: z.string().describe('As in `http://192.168.1.5:8200`.'),
          network: z.string().describe('Who stands in it can play, as in `192.168.1.5/24`.'),
          announcedAt: time.optional().describe('The last time; missing before the first.'),
        }),
      )
      .describe('Where televisions can find it at this moment.'),
    subscribers: z.number().int().describe('Who is told when something changes.'),
    streams: z.number().int().describe('What is being sent.'),
    library: z.object({
      films: z.number().int(),
      music: z.number().int(),
      pictures: z.number().int(),
      unread: z.number().int().describe('Nobody has looked into them yet; at most 1000 are counted.'),
    }),
    hasTools: z.boolean().describe('Whether ffmpeg and ffprobe are there, which look into films.'),
    televisions: z
      .array(
        z.object({
          address: z.string(),
          userAgent: z.string().describe('What it calls itself; empty where it does not.'),
          seenAt: time,
          lastRequest: z.string().optional().describe('Missing where it only looked for media servers.'),
          problems: z.array(z.string()).describe('What was wrong with its last requests, each once.'),
          viewer: z.string().optional().describe('Whose positions it goes by: the setting `dlna.viewers`.'),
        }),
      )
      .describe('Who asked since the server started, the newest first.'),
    requests: z
      .array(
        z.object({
          at: time,
          address: z.string(),
          what: z.string(),
          status: z.number().int().optional().describe('Missing where there was no answer (yet).'),
          remarks: z.array(z.string()),
        }),
      )
      .describe('The last ones, the newest first. Links are shown without what guards them.'),
  })
  .meta({ id: 'Television' });

function viewOf(status: TelevisionStatus): z.input<typeof televisionSchema> {
  const { places, televisions, requests, ...rest } = status;
  return {
    ...rest,
    places: [...places],
    televisions: televisions.map(({ problems, ...one }) => ({ ...one, problems: [...problems] })),
    requests: requests.map(({ remarks, ...one }) => ({ ...one, remarks: [...remarks] })),
  };
}

export const televisionRoutes = [
  route({
    method: 'get',
    path: '/api/v1/television',
    id: 'getTelevision',
    tag: 'server',
    summary: 'How films come to televisions: networks, who asked, and what was wrong',
    access: 'admin',
    answers: { 200: { description: 'As it is at this moment.', schema: televisionSchema } },
    errors: [],
    handle: async (_request, { televisionStatus }) => json(200, viewOf(await televisionStatus())),
  }),
];
