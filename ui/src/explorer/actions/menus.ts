import { t } from '../../lib/messages.svelte.ts';
import type { Menu, MenuItem } from '../../parts/menu.ts';
import type { Action } from './action.ts';
import { keysText, runAction } from './keys.ts';
import { offered } from './table.ts';
import type { Target } from './target.ts';

const GROUPS: readonly Action['group'][] = ['open', 'make', 'clipboard', 'change', 'about', 'remove'];

/** Actions as a menu shows them, in their groups. */
export function menuOf(actions: readonly Action[], target: Target): Menu {
  return GROUPS.map((group) =>
    actions.filter((action) => action.group === group).map((one) => itemOf(one, target)),
  ).filter((group) => group.length > 0);
}

/** All that is offered. */
export function menuFor(target: Target): Menu {
  return menuOf(offered(target), target);
}

function itemOf(action: Action, target: Target): MenuItem {
  const keys = keysText(action);
  return {
    id: action.id,
    label: t(action.label),
    icon: action.icon,
    ...(keys !== undefined && { keys }),
    isDangerous: action.isDangerous ?? false,
    run: () => runAction(action, target),
  };
}
