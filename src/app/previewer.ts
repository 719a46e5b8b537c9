import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import type { Core } from '../core/core.ts';
import type { Previewer } from '../core/ports/previewer.ts';
import type { Log } from '../observe/log.ts';
import { Previews } from '../previews/previews.ts';

const NONE: Previewer = {
  mediaTypes: async () => [],
  preview: async () => undefined,
  tidy: async () => undefined,
  close: async () => undefined,
};

/** What makes previews; nothing starts before the first is asked for. */
export function openPreviewer({ previews, dataFolder, programPath }: Config, core: Core, log: Log): Previewer {
  if (!previews.enabled) return NONE;
  return new Previews({
    core,
    folder: join(dataFolder, 'previews'),
    cacheBytes: previews.cacheBytes,
    programPath,
    onFailure: (error) => log.warn({ error }, 'previews do not work as they should'),
  });
}
