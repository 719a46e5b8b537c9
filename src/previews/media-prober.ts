import type { Core } from '../core/core.ts';
import type { MediaFacts, MediaKind } from '../core/media/facts.ts';
import type { MediaProber } from '../core/ports/media-prober.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { factsOf } from './media-facts.ts';
import { withMediaFile } from './media-file.ts';
import { MediaTools } from './media-tools.ts';

/** Asks ffprobe, a process of its own for each content; the files are never copied where the store has them as such. */
export class ToolProber implements MediaProber {
  readonly #core: Core;
  readonly #folder: string;
  readonly #tools: MediaTools;
  #wasThere = false;

  /** `folder` is for parts of contents that no program can open where they are. */
  constructor({ core, folder, programPath }: { core: Core; folder: string; programPath: string }) {
    this.#core = core;
    this.#folder = folder;
    this.#tools = new MediaTools({ programPath });
  }

  /** As `MediaProber` says. */
  async isThere(): Promise<boolean> {
    this.#wasThere ||= await this.#tools.areThere();
    return this.#wasThere;
  }

  /** As `MediaProber` says. */
  async probe(location: BlobLocation, kind: MediaKind): Promise<MediaFacts | undefined> {
    await makeFolder(this.#folder, 0o700);
    const { blobs } = this.#core;
    const said = await withMediaFile({ blobs, folder: this.#folder }, location, (file) =>
      this.#tools.describe(file, kind === 'image' ? 'images' : 'media'),
    );
    return said === undefined ? undefined : factsOf(said);
  }

  /** As `MediaProber` says. */
  async close(): Promise<void> {
    this.#tools.close();
  }
}
