/**
 * Which optional properties a control point wants (ContentDirectory:1 §2.5.7): `*` for all, else those listed. Names of
 * properties that nobody has are of no account. Nothing at all is taken for all, as minidlna does: by the letter items
 * would come without `res`, and those who ask so (mkweb/pupnp #10) could play none.
 */
export class Filter {
  readonly #names: ReadonlySet<string>;
  readonly #isAll: boolean;

  constructor(text: string) {
    const names = text.split(',').map((name) => name.trim().replace(/^(?:container|item)(?=@)/, ''));
    this.#isAll = text.trim() === '' || names.includes('*');
    // Who wants an attribute of an element wants the element.
    this.#names = new Set(names.flatMap((name) => [name, name.split('@')[0] ?? '']));
  }

  /** `upnp:genre`, `res`, `res@size`, `@childCount`. */
  wants(property: string): boolean {
    return this.#isAll || this.#names.has(property);
  }

  /** Was asked for by its name. */
  names(property: string): boolean {
    return this.#names.has(property);
  }
}
