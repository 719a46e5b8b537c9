import type { Action } from './action.ts';
import { CHANGE_ACTIONS } from './table-change.ts';
import { OPEN_ACTIONS } from './table-open.ts';
import type { Target } from './target.ts';

/** All that can be done to files, in the order in which it is shown. */
export const ACTIONS: readonly Action[] = [...OPEN_ACTIONS, ...CHANGE_ACTIONS];

export function offered(target: Target): Action[] {
  return ACTIONS.filter((action) => action.isOffered(target));
}
