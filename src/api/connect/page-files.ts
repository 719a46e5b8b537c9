import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { STYLE } from './style.ts';

const FOLDER = '/connect/files';
const MODULES = ['page', 'round-trip', 'advice'] as const;

interface PageFile {
  readonly type: 'css' | 'js';
  readonly read: () => string;
}

/** The style sheet and the modules that go with the page, by path. */
export class PageFiles {
  readonly style = `${FOLDER}/connect.css`;
  readonly script: string;
  readonly #files: ReadonlyMap<string, PageFile>;
  readonly #texts = new Map<string, string>();

  constructor() {
    // From the sources the modules stand beside this file as .ts, from the build as .js; they name each other so, too.
    const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    this.script = `${FOLDER}/page${ending}`;
    this.#files = new Map<string, PageFile>([
      [this.style, { type: 'css', read: () => STYLE }],
      ...MODULES.map(
        (name) =>
          [
            `${FOLDER}/${name}${ending}`,
            { type: 'js', read: () => readModule(new URL(`./browser/${name}${ending}`, import.meta.url)) },
          ] as const,
      ),
    ]);
  }

  find(path: string): { readonly type: PageFile['type']; readonly text: string } | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    const text = this.#texts.get(path) ?? file.read();
    this.#texts.set(path, text);
    return { type: file.type, text };
  }
}

function readModule(url: URL): string {
  const text = readFileSync(url, 'utf8');
  return url.pathname.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}
