import type { Actions } from '../soap/action.ts';
import { unsigned } from '../soap/unsigned.ts';
import { setBookmark } from './bookmark.ts';
import { browse } from './browse.ts';
import { search } from './search.ts';
import { SEARCH_CAPABILITIES } from './search-criterion.ts';
import { SORT_CAPABILITIES } from './sort-criteria.ts';
import { ROOT_ID } from './views.ts';

/** Where Samsung's sets begin with each kind. All of these can be browsed, also when they are empty. */
const BASIC_VIEW: readonly (readonly [containerId: string, objectClass: string])[] = [
  ['pictures', 'object.item.imageItem'],
  ['music', 'object.item.audioItem'],
  [ROOT_ID, 'object.item.videoItem'],
];

const FEATURE_LIST =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<Features xmlns="urn:schemas-upnp-org:av:avs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
  ' xsi:schemaLocation="urn:schemas-upnp-org:av:avs http://www.upnp.org/schemas/av/avs.xsd">' +
  '<Feature name="samsung.com_BASICVIEW" version="1">' +
  BASIC_VIEW.map(([id, type]) => `<container id="${id}" type="${type}"/>`).join('') +
  '</Feature></Features>';

/** ContentDirectory:1, and what Samsung's sets ask for besides: one that was not told its features refused to play. */
export const contentDirectory: Actions = {
  GetSearchCapabilities: async () => ({ SearchCaps: SEARCH_CAPABILITIES }),
  GetSortCapabilities: async () => ({ SortCaps: SORT_CAPABILITIES }),
  GetSystemUpdateID: async ({ context }) => ({ Id: unsigned(await context.library.updateId()) }),
  Browse: browse,
  Search: search,
  X_GetFeatureList: async () => ({ FeatureList: FEATURE_LIST }),
  X_SetBookmark: setBookmark,
};
