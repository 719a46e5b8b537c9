// The files of the web page, compressed once at the build, so that the server has nothing to compress.
import fs from 'node:fs/promises';
import os from 'node:os';
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
  const files = await compressible(folder);
  const work = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) await compress(file);
  };
  await Promise.all(Array.from({ length: os.availableParallelism?.() ?? 2 }, work));
}

async function compressible(folder) {
  const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && COMPRESSIBLE.has(path.extname(entry.name)))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

async function compress(file) {
  const content = await fs.readFile(file);
  if (content.length < MIN_BYTES) return;
  await fs.writeFile(`${file}.br`, await brotli(content, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } }));
  await fs.writeFile(`${file}.gz`, await gzip(content, { level: 9 }));
}
