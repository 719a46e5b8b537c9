import { searchTextOf } from '../../core/media/text-keys.ts';
import type { DlnaContext } from '../context.ts';
import type { ShownContainer } from '../didl/shown.ts';
import { containersIn } from './containers.ts';
import { holds } from './search-criterion.ts';
import type { SearchExpression } from './search-expression.ts';
import { fixedView, type FixedViewId } from './views.ts';

/** Albums and artists, which are no rows of the library: HEOS and BubbleUPnP look for them by their classes. */
export async function foundGroups(
  expression: SearchExpression,
  containerId: string,
  context: DlnaContext,
): Promise<ShownContainer[]> {
  const found: ShownContainer[] = [];
  for (const id of GROUPS_BELOW[containerId] ?? []) {
    const groups = (await containersIn(fixedView(id), context)) ?? [];
    found.push(...groups.filter((group) => matches(expression, group)));
  }
  return found;
}

const GROUPS_BELOW: Readonly<Record<string, readonly FixedViewId[]>> = {
  '0': ['music/albums', 'music/artists'],
  music: ['music/albums', 'music/artists'],
  'music/albums': ['music/albums'],
  'music/artists': ['music/artists'],
};

function matches(expression: SearchExpression, group: ShownContainer): boolean {
  if ('all' in expression) return expression.all.every((part) => matches(part, group));
  if ('any' in expression) return expression.any.some((part) => matches(part, group));
  const { property, relation, value } = expression;
  const own = propertyOf(group, property);
  if (relation === 'exists') return (own !== undefined) === value;
  return own !== undefined && holds(searchTextOf(own), relation, searchTextOf(value));
}

function propertyOf({ id, parentId, title, objectClass }: ShownContainer, property: string): string | undefined {
  switch (property) {
    case 'dc:title':
      return title;
    case 'upnp:class':
      return objectClass;
    case '@id':
      return id;
    case '@parentID':
      return parentId;
    case '@restricted':
      return '1';
    default:
      return undefined;
  }
}
