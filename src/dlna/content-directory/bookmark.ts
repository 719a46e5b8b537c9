import { countsMilliseconds } from '../clients.ts';
import type { ActionCall, Outcome } from '../soap/action.ts';
import { UpnpError } from '../soap/upnp-error.ts';
import { parseObjectId } from './object-ids.ts';

/** X_SetBookmark of Samsung's sets: where one stopped. */
export async function setBookmark({ args, context, exchange }: ActionCall): Promise<Outcome> {
  const id = parseObjectId(args.text('ObjectID'));
  if (id?.type !== 'item') throw new UpnpError(701, `there is no film ${args.text('ObjectID')}`);
  const { nodeId, facts } = await context.library.entry(id.nodeId);
  const position = args.number('PosSecond');
  // Sets that nobody has listed: nothing is watched past its end.
  const isMs = countsMilliseconds(exchange.userAgent) || position * 1000 > (facts?.durationMs ?? Infinity) + 1000;
  const viewer = await context.viewerAt(exchange.remoteAddress);
  await context.library.notePosition(nodeId, isMs ? position : position * 1000, viewer);
  return {};
}
