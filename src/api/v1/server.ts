import * as z from 'zod';
import { PREVIEW_SIDES } from '../../core/ports/previewer.ts';
import { productVersion } from '../../lib/product-version.ts';
import { json } from '../contract/answers.ts';
import { route } from '../contract/route.ts';

const SERVER = z
  .object({
    version: z.string(),
    previews: z
      .object({
        mediaTypes: z
          .array(z.string())
          .describe('Of what `GET /api/v1/files/preview` is worth asking for: media types, and families as `video/*`.'),
        sizes: z.array(z.int()).describe('How long the longest side may be, in pixels.'),
      })
      .describe('What this machine can make previews of; it hangs on its tools and settings.'),
  })
  .meta({ id: 'Server' });

export const serverRoutes = [
  route({
    method: 'get',
    path: '/api/v1/server',
    id: 'getServer',
    tag: 'server',
    summary: 'What this server is and can do',
    description: 'Stays the same while the server runs.',
    access: 'user',
    answers: { 200: { description: 'The server.', schema: SERVER } },
    errors: [],
    handle: async (_request, { previewer }) =>
      json(200, {
        version: productVersion(),
        previews: { mediaTypes: await previewer.mediaTypes(), sizes: [...PREVIEW_SIDES] },
      }),
  }),
];
