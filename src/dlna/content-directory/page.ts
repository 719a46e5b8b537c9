import type { MediaOrder } from '../../core/ports/media-library.ts';
import { clientAsking } from '../clients.ts';
import { didlLite } from '../didl/didl.ts';
import { Filter } from '../didl/filter.ts';
import type { Shown } from '../didl/shown.ts';
import type { ActionCall, Outcome } from '../soap/action.ts';
import { unsigned } from '../soap/unsigned.ts';
import { parseSort } from './sort-criteria.ts';

/** More at once would hold too much memory; who wants more sees by TotalMatches that there is more, and asks again. */
const MOST_AT_ONCE = 10_000;

/** Which part of a list is asked for, and in what order. */
export interface Window {
  readonly offset: number;
  readonly limit: number;
  /** Empty when nothing is said. */
  readonly order: readonly MediaOrder[];
}

/** What came of it. */
export interface Found {
  readonly objects: readonly Shown[];
  readonly total: number;
  readonly updateId: number;
}

/** 0 objects are all of them (ContentDirectory:1 §2.7.4.2). Throws 709. */
export function windowOf({ args }: ActionCall): Window {
  const count = args.number('RequestedCount');
  return {
    offset: args.number('StartingIndex'),
    limit: count === 0 ? MOST_AT_ONCE : Math.min(count, MOST_AT_ONCE),
    order: parseSort(args.text('SortCriteria')),
  };
}

export function cut<T>(items: readonly T[], { offset, limit }: Window): T[] {
  return items.slice(offset, offset + limit);
}

/** What Browse and Search answer. */
export async function listed(call: ActionCall, { objects, total, updateId }: Found): Promise<Outcome> {
  const { args, context, exchange } = call;
  const filter = new Filter(args.has('Filter') ? args.text('Filter') : '*');
  const positions = await positionsOf(objects, filter, call);
  const result = await didlLite(objects, { context, exchange, filter, positions });
  return { Result: result, NumberReturned: objects.length, TotalMatches: total, UpdateID: unsigned(updateId) };
}

/** Samsung's sets want to know; others do when they say so. */
async function positionsOf(
  objects: readonly Shown[],
  filter: Filter,
  { context, exchange }: ActionCall,
): Promise<Map<number, number> | undefined> {
  const isSamsung = clientAsking(exchange) === 'samsung' && filter.wants('sec:dcmInfo');
  if (!isSamsung && !filter.names('sec:dcmInfo')) return undefined;
  const films = objects.flatMap((shown) => (shown.type === 'item' && shown.entry.kind === 'video' ? shown : []));
  if (films.length === 0) return undefined;
  const viewer = await context.viewerAt(exchange.remoteAddress);
  return context.library.positions(
    films.map(({ entry }) => entry.nodeId),
    viewer,
  );
}
