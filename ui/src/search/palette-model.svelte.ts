import { explorer } from '../explorer/explorer.svelte.ts';
import { router } from '../state/router.svelte.ts';
import { isEmpty, NO_SEARCH, searchAddress, type Search, type Type } from './filters.ts';
import { LiveSearch } from './live-search.svelte.ts';
import { allOption, optionGroups, type Option } from './options.ts';
import { palette } from './palette-state.svelte.ts';

/** What is typed into the palette, what was found for it, and which line is the one that Enter takes. */
export class PaletteModel {
  search = $state.raw<Search>({ ...NO_SEARCH, text: palette.text });
  /** Id of the option that the arrows led to; the first one without. */
  #chosenId = $state<string>();
  /** Read anew when what is kept of searches has changed. */
  #version = $state(0);
  readonly found = new LiveSearch();
  readonly groups = $derived.by(() =>
    this.#version >= 0 ? optionGroups(this.search, this.found, (text) => this.refill(text)) : [],
  );
  readonly options = $derived(this.groups.flatMap(({ options }) => options));
  readonly active = $derived(this.options.find(({ id }) => id === this.#chosenId) ?? this.options[0]);
  /** The folder that is open, which a search can stay below. */
  readonly here = router.place.page === 'files' && explorer.path !== '/' ? explorer.path : undefined;

  constructor() {
    this.change({});
  }

  get isCommand(): boolean {
    return this.search.text.startsWith('>');
  }

  /** What is shown was found for something else than what stands there now. */
  get isBehind(): boolean {
    return !this.isCommand && this.found.answered !== searchAddress(this.search);
  }

  change(changes: Partial<Search>): void {
    this.search = { ...this.search, ...changes };
    this.#chosenId = undefined;
    this.found.ask(this.isCommand ? NO_SEARCH : this.search);
  }

  toggleType(type: Type): void {
    this.change({ type: this.search.type === type ? '' : type });
  }

  refill(text: string): void {
    this.#version += 1;
    this.change({ text });
  }

  step(by: number): void {
    const { options, active } = this;
    if (options.length === 0) return;
    const index = active ? options.indexOf(active) : 0;
    this.#chosenId = options[(index + by + options.length) % options.length]?.id;
  }

  /** Takes the active line; before there is an answer, and nobody chose a line, all that will be found. */
  enter(isOther: boolean): void {
    const isRash = this.isBehind && this.#chosenId === undefined && !isEmpty(this.search);
    const option = isRash ? allOption(this.search) : this.active;
    if (option) this.take(option, isOther);
  }

  take(option: Option, isOther = false): void {
    if (option.isStaying !== true) palette.close();
    if (isOther && option.runOther) option.runOther();
    else option.run();
  }
}
