import { ACTIONS } from '../explorer/actions/table.ts';
import { EXPLORER_KEYS } from '../explorer/keys.ts';
import type { MessageKey } from '../lib/messages.svelte.ts';
import { GLOBAL_KEYS } from './keys.ts';

interface KeyLine {
  /** As tinykeys reads them. */
  readonly keys: readonly string[];
  readonly label: MessageKey;
}

interface KeyGroup {
  readonly label: MessageKey;
  readonly lines: readonly KeyLine[];
}

const SEARCH_KEYS: readonly KeyLine[] = [
  { keys: ['ArrowUp', 'ArrowDown'], label: 'keys.choose' },
  { keys: ['Enter'], label: 'keys.open' },
  { keys: ['$mod+Enter'], label: 'action.show-in-folder' },
  { keys: ['Tab'], label: 'keys.filters' },
  { keys: ['>'], label: 'keys.commands' },
];

const VIEWER_KEYS: readonly KeyLine[] = [
  { keys: ['ArrowLeft', 'ArrowRight'], label: 'keys.beside' },
  { keys: ['+', '-', '0'], label: 'keys.zoom' },
  { keys: ['KeyR'], label: 'keys.turn' },
  { keys: ['KeyS'], label: 'keys.slides' },
  { keys: ['Escape'], label: 'action.close' },
];

/** All there are, where they hold. A key stands once: the list's own tell of some that actions name, too. */
export function keyGroups(): KeyGroup[] {
  const listed = new Set(EXPLORER_KEYS.flatMap(({ keys }) => keys));
  const actions = ACTIONS.flatMap(({ keys = [], label }) => {
    const others = keys.filter((key) => !listed.has(key));
    return others.length === 0 ? [] : [{ keys: others, label }];
  });
  return [
    { label: 'keys.everywhere', lines: GLOBAL_KEYS },
    { label: 'keys.list', lines: EXPLORER_KEYS },
    { label: 'keys.actions', lines: actions },
    { label: 'keys.viewer', lines: VIEWER_KEYS },
    { label: 'keys.in-search', lines: SEARCH_KEYS },
  ];
}
