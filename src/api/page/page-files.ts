import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { RequestHandler } from 'express';
import { contentType } from 'mime-types';
import type { AnswerHeaders } from '../../http/answer.ts';

/** What the build compressed, the smallest first (config/run/compress.mjs). */
const COMPRESSED = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
];

/**
 * The files that are below `folder` now, each as small as the client takes it, with what `headersOf` says of its
 * address. One that is gone when it is asked for, since the page was built anew, is like one that never was.
 */
export function pageFiles(folder: string, headersOf: (address: string) => AnswerHeaders): RequestHandler {
  const addresses = new Set(addressesBelow(folder));
  return (request, response, next) => {
    const address = request.path;
    if (!addresses.has(address)) {
      next();
      return;
    }
    const form = COMPRESSED.find(({ encoding, ending }) => {
      return addresses.has(address + ending) && request.acceptsEncodings(encoding) !== false;
    });
    const headers = {
      ...headersOf(address),
      'Content-Type': contentType(extname(address)) || 'application/octet-stream',
      Vary: 'Accept-Encoding',
      ...(form && { 'Content-Encoding': form.encoding }),
    };
    // They go with a file that is found; what answers in place of a missing one has its own.
    const options = { root: folder, headers, cacheControl: false, acceptRanges: false };
    response.sendFile(address + (form?.ending ?? ''), options, (error?: NodeJS.ErrnoException) => {
      if (!error || error.code === 'ECONNABORTED' || error.syscall === 'write') return;
      next(error.code === 'ENOENT' ? undefined : error);
    });
  };
}

function addressesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/')}`);
}
