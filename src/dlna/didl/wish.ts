import type { DlnaContext, DlnaExchange } from '../context.ts';
import type { Filter } from './filter.ts';

/** For whom it is written, and what of it they want. */
export interface DidlWish {
  readonly context: DlnaContext;
  readonly exchange: DlnaExchange;
  readonly filter: Filter;
  /** Where one stopped, by node, in milliseconds; undefined when they are not wanted. */
  readonly positions: ReadonlyMap<number, number> | undefined;
}
