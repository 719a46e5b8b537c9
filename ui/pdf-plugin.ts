import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const PACKAGE = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };

/** What pdf.js asks for while it draws: character maps, the fonts that every reader has, decoders of pictures. */
const FOLDERS = ['cmaps', 'standard_fonts', 'wasm', 'iccs'];
/** Runs the scripts of documents, which the page does not. */
const UNUSED = /quickjs/i;

/** Puts the data of pdf.js beside the page's own files, under its version; `__PDF_DATA__` is where. */
export function pdfData(): Plugin {
  const place = `assets/pdfjs-${version}`;
  return {
    name: 'pdf-data',
    config: () => ({ define: { __PDF_DATA__: JSON.stringify(`/${place}/`) } }),
    generateBundle() {
      for (const folder of FOLDERS) {
        for (const name of readdirSync(join(PACKAGE, folder))) {
          if (UNUSED.test(name)) continue;
          const source = readFileSync(join(PACKAGE, folder, name));
          this.emitFile({ type: 'asset', fileName: `${place}/${folder}/${name}`, source });
        }
      }
    },
  };
}
