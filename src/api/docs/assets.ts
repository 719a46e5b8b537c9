import { readFileSync } from 'node:fs';
import { ICON_PATH } from '../../http/html.ts';

/** Where the packages have the files that the build puts beside this module (config/run/checkout.mjs). */
const IN_PACKAGES = {
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
} as const;

/** Redoc shows its maker's mark from there; pages of this server ask nothing of others. */
const FOREIGN_MARK = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const isBuilt = !import.meta.url.endsWith('.ts');

/** The files of the documentation's two viewers, read when they are first asked for. */
export class DocAssets {
  readonly #texts = new Map<string, string>();

  /** Undefined for a name that is none of theirs. */
  find(name: string): string | undefined {
    if (!Object.hasOwn(IN_PACKAGES, name)) return undefined;
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    const text = readFileSync(placeOf(name as keyof typeof IN_PACKAGES), 'utf8').replaceAll(FOREIGN_MARK, ICON_PATH);
    this.#texts.set(name, text);
    return text;
  }
}

function placeOf(name: keyof typeof IN_PACKAGES): URL {
  return new URL(isBuilt ? `./assets/${name}` : `../../../node_modules/${IN_PACKAGES[name]}`, import.meta.url);
}
