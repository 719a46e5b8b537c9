import ArrowRight from '@lucide/svelte/icons/arrow-right';
import Eraser from '@lucide/svelte/icons/eraser';
import History from '@lucide/svelte/icons/rotate-ccw-clock';
import type { FileEntry } from '../api/files.ts';
import type { SearchHit } from '../api/found.ts';
import { t } from '../lib/messages.svelte.ts';
import type { Icon } from '../parts/icon.ts';
import { commandsFor, placeCommands, type Command } from './commands.ts';
import { NO_SEARCH, searchAddress, type Search } from './filters.ts';
import { grouped } from './hits.ts';
import { openFile, showInFolder } from './open.ts';
import { forgetSearches, recentSearches, rememberSearch } from './recent-searches.ts';
import { router } from '../state/router.svelte.ts';

/** A line of the palette that can be chosen. */
export interface Option {
  readonly id: string;
  readonly label: string;
  readonly icon?: Icon;
  /** What was found, and where in its name. */
  readonly hit?: SearchHit;
  readonly keys?: string | undefined;
  /** The palette stays open. */
  readonly isStaying?: boolean;
  run(): void;
  /** With Ctrl or ⌘. */
  runOther?(): void;
}

export interface OptionGroup {
  readonly label: string;
  readonly options: readonly Option[];
}

interface Found {
  readonly hits: readonly SearchHit[];
  readonly hasMore: boolean;
}

/** `placeName` says what a place is called. */
export function optionGroups(search: Search, found: Found, refill: (text: string) => void): OptionGroup[] {
  const { text } = search;
  if (text.startsWith('>')) return [commandGroup(commandsFor(text.slice(1)))].filter(hasAny);
  if (searchAddress(search) === searchAddress(NO_SEARCH)) return emptyGroups(refill);
  const hits = grouped(found.hits).map(({ place, hits: its }) => ({
    label: placeName(place),
    options: its.map((hit) => hitOption(hit, text)),
  }));
  const commands = text.trim() === '' ? [] : commandsFor(text).slice(0, 4);
  const all = { label: t('search.everything'), options: [allOption(search)] };
  return [...hits, all, commandGroup(commands)].filter(hasAny);
}

export function placeName(place: string): string {
  return place === 'home' ? t('place.home') : place;
}

function emptyGroups(refill: (text: string) => void): OptionGroup[] {
  const recent = recentSearches();
  const options: Option[] = recent.map((text) => ({
    id: `recent:${text}`,
    label: text,
    icon: History,
    isStaying: true,
    run: () => refill(text),
  }));
  if (recent.length > 0) {
    const forget = (): void => {
      forgetSearches();
      refill('');
    };
    options.push({ id: 'forget', label: t('search.forget'), icon: Eraser, isStaying: true, run: forget });
  }
  const places = placeCommands().slice(0, 4);
  return [{ label: t('search.recent'), options }, commandGroup(places)].filter(hasAny);
}

function hitOption(hit: SearchHit, text: string): Option {
  const then = (open: (file: FileEntry) => void) => (): void => {
    rememberSearch(text);
    open(hit.file);
  };
  return {
    id: `file:${hit.file.id}`,
    label: hit.file.name,
    hit,
    run: then(openFile),
    runOther: then(showInFolder),
  };
}

/** On a page of its own. */
export function allOption(search: Search): Option {
  const run = (): void => {
    rememberSearch(search.text);
    void router.go(searchAddress(search));
  };
  return { id: 'all', label: t('search.all', { text: search.text.trim() }), icon: ArrowRight, run };
}

function commandGroup(commands: readonly Command[]): OptionGroup {
  return { label: t('search.commands'), options: commands };
}

function hasAny({ options }: OptionGroup): boolean {
  return options.length > 0;
}
