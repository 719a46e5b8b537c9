import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts the module `name` (without ending) that stands beside `importMetaUrl` as a worker thread, from the sources
 * (`.ts`) or from the build (`.js`), whichever the caller itself runs from.
 */
export function startWorker(importMetaUrl: string, name: string, options: WorkerOptions = {}): Worker {
  const ending = importMetaUrl.endsWith('.ts') ? '.ts' : '.js';
  return new Worker(new URL(`./${name}${ending}`, importMetaUrl), options);
}
