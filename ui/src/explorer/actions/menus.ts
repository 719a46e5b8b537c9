import { t } from '../../lib/messages.svelte.ts';
import type { Menu, MenuItem } from '../../parts/menu.ts';
import type { Action } from './action.ts';
import { keysText, runAction } from './keys.ts';
import { offered } from './table.ts';
import type { Target } from './target.ts';

/** Actions as a menu shows them, in their groups. */
export function menuOf(actions: readonly Action[], target: Target): Menu {
  const groups: Action[][] = [];
  for (const action of actions) {
    const group = groups.at(-1);
    if (group?.[0]?.group === action.group) group.push(action);
    else groups.push([action]);
  }
  return groups.map((group) => group.map((action) => itemOf(action, target)));
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
    run: () => void afterMenu(() => runAction(action, target)),
  };
}

/** Until then the menu has the focus, and gives it back to where it was: what an action puts it on would lose it again. */
export async function afterMenu(work: () => void): Promise<void> {
  while (document.querySelector('[role="menu"]')) await new Promise(requestAnimationFrame);
  work();
}
