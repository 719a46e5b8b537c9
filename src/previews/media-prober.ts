import type { Core } from '../core/core.ts';
import type { MediaFacts, MediaKind } from '../core/media/facts.ts';
import type { MediaProber } from '../core/ports/media-prober.ts';
import type { BlobLocation } from '../core/ports/operations.ts';
import { DomainError } from '../lib/errors.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { EndedOverIt } from './image-process.ts';
import { factsOf } from './media-facts.ts';
import { withMediaFile } from './media-file.ts';
import { MediaTools, type MediaFile } from './media-tools.ts';

/** Asks ffprobe, a process of its own for each content; the files are never copied where the store has them as such. */
export class ToolProber implements MediaProber {
  readonly #core: Core;
  readonly #folder: string;
  readonly #tools: MediaTools;
  #wasThere = false;

  /** `folder` is for parts of contents that no program can open where they are; `timeoutMs` for one content. */
  constructor({ core, folder, ...tools }: { core: Core; folder: string; programPath: string; timeoutMs?: number }) {
    this.#core = core;
    this.#folder = folder;
    this.#tools = new MediaTools(tools);
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
    // It may be something else than its name tells (films that are called .gif), and have another name tomorrow.
    const order = kind === 'image' ? (['images', 'media'] as const) : (['media', 'images'] as const);
    return withMediaFile({ blobs, folder: this.#folder }, location, async (file) => {
      return (await this.#look(file, order[0])) ?? this.#look(file, order[1]);
    });
  }

  async #look(file: MediaFile, what: 'media' | 'images'): Promise<MediaFacts | undefined> {
    try {
      const said = await this.#tools.describe(file, what);
      return said === undefined ? undefined : factsOf(said);
    } catch (cause) {
      // The programs may be about to be replaced by newer ones.
      this.#wasThere = false;
      if (!(cause instanceof EndedOverIt)) throw cause;
      throw new DomainError('unavailable', 'this cannot be looked into now', { cause });
    }
  }

  /** As `MediaProber` says. */
  async close(): Promise<void> {
    this.#tools.close();
  }
}
