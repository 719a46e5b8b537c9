// The files of the web page, compressed once at the build, so that the server has nothing to compress.
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg', '.wasm', '.webmanifest']);
/** Below this the headers weigh as much as what is saved. */
const MIN_BYTES = 1024;

/** Puts `name.br` and `name.gz` beside each file below `folder` that becomes smaller by it. */
export async function compressFiles(folder) {
  for (const entry of await fs.readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !COMPRESSIBLE.has(path.extname(entry.name))) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const content = await fs.readFile(file);
    if (content.length < MIN_BYTES) continue;
    await fs.writeFile(`${file}.br`, await brotli(content, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } }));
    await fs.writeFile(`${file}.gz`, await gzip(content, { level: 9 }));
  }
}
