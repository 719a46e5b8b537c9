import * as z from 'zod';
import { assertOwnAccount } from '../../contract/own-account.ts';
import { route } from '../../contract/route.ts';
import { eventStream } from './event-stream.ts';

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // nginx would wait for more otherwise.
  'X-Accel-Buffering': 'no',
};

const DESCRIPTION = `Server-sent events, for \`EventSource\`. Open the stream first and load lists then: what comes is never older than the list.

- \`ready\`: it begins; \`data.id\` is where.
- \`change\`: a \`Change\`, as in the activity, with \`entry\` while it is there. Of a tree that was moved, copied, trashed or restored there is one for its top.
- \`quota\`: \`{usedBytes, quotaBytes}\` of the one who asks, when it has changed.
- \`job\`: a \`Job\` of the one who asks, whenever it is further.
- \`reset\`: what happened since \`Last-Event-ID\` is not known any more, or too much: load everything anew, and go on from here.
- \`end\`: the credentials are not good any more; the server closes the stream.

Each \`change\` has an \`id\`. A client that comes back with the last one as \`Last-Event-ID\`, which \`EventSource\` does by itself, gets all that happened meanwhile, also after the server was started anew. A comment comes every 15 seconds.`;

export const eventRoutes = [
  route({
    method: 'get',
    path: '/api/v1/events',
    id: 'streamEvents',
    tag: 'changes',
    summary: 'What happens, as it happens',
    description: DESCRIPTION,
    access: 'user',
    query: z.object({
      lastEventId: z.string().max(4096).optional().describe('For clients that cannot send the header `Last-Event-ID`.'),
      account: z.string().max(20).optional().describe('For pages, which cannot send the header `nosocial-account`.'),
    }),
    answers: { 200: { description: 'Events without end.', mediaType: 'text/event-stream' } },
    errors: ['busy', 'not-found'],
    endsItself: true,
    handle: async ({ method, caller, query, headers, signal, isStillGood }, services) => {
      assertOwnAccount(query.account, caller);
      if (method === 'HEAD') return { status: 200, headers: HEADERS };
      // It may have left while it was found out who it is, and is not told of again.
      signal.throwIfAborted();
      const end = services.eventStreams.open(caller.actor.userId);
      signal.addEventListener('abort', end, { once: true });
      const header = headers['last-event-id'];
      const lastEventId = (Array.isArray(header) ? header[0] : header) ?? query.lastEventId;
      const request = { actor: caller.actor, lastEventId, signal, isStillGood };
      return { status: 200, headers: HEADERS, body: endingWith(eventStream(services, request), end) };
    },
  }),
];

async function* endingWith(events: AsyncGenerator<string>, end: () => void): AsyncGenerator<string> {
  try {
    yield* events;
  } finally {
    end();
  }
}
