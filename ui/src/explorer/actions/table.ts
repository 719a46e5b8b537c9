import type { Action } from './action.ts';
import { CHANGE_ACTIONS } from './table-change.ts';
import { OPEN_ACTIONS } from './table-open.ts';
import type { Target } from './target.ts';

const GROUPS: readonly Action['group'][] = ['open', 'make', 'clipboard', 'change', 'about', 'remove'];

/** All that can be done to files, in the order in which it is shown. */
export const ACTIONS: readonly Action[] = GROUPS.flatMap((group) =>
  [...OPEN_ACTIONS, ...CHANGE_ACTIONS].filter((action) => action.group === group),
);

export function offered(target: Target): Action[] {
  return ACTIONS.filter((action) => action.isOffered(target));
}
