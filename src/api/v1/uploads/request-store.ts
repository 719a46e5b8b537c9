import { DataStore, Upload, type Locker } from '@tus/server';
import type { Actor } from '../../../core/actor.ts';
import { NO_CONDITIONS, type Core } from '../../../core/core.ts';
import { finishResumable, type Finished } from '../../../core/finish-resumable.ts';
import type { ResumableUpload } from '../../../core/ports/resumable-uploads.ts';
import { endResumable } from '../../../core/resumable-upkeep.ts';
import { appendResumable, beginResumable, ownResumable, sizeResumable } from '../../../core/resumable-uploads.ts';
import { find } from '../../../core/tree.ts';
import type { RequestBody } from '../../../http/request-body.ts';
import { DomainError } from '../../../lib/errors.ts';
import { checksumOf } from './piece.ts';
import type { UploadLocks } from './upload-locks.ts';
import { wishesOf } from './wishes.ts';

export const EXTENSIONS = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'termination',
  'expiration',
  'checksum',
];

interface Asked {
  readonly core: Core;
  readonly actor: Actor;
  readonly body: RequestBody;
  readonly metadata: string;
  readonly checksum: string | string[] | undefined;
  readonly signal: AbortSignal;
  readonly locks: UploadLocks;
  /** Ends the reading of this request's body. */
  readonly giveWay: () => void;
}

/**
 * The pool as `@tus/server` sees it, for one request. The bytes do not pass through its streams: they come straight from
 * the request, checked here.
 */
export class RequestStore extends DataStore {
  override extensions = EXTENSIONS;
  readonly #asked: Asked;

  constructor(asked: Asked) {
    super();
    this.#asked = asked;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { core, actor, metadata } = this.#asked;
    const { path, onConflict } = wishesOf(metadata);
    const target = await find(core, actor, path);
    await beginResumable(core, actor, target, { uploadId: upload.id, sizeBytes: upload.size, metadata, onConflict });
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    return tusUpload(await this.#own(id));
  }

  override async declareUploadLength(id: string, sizeBytes: number): Promise<void> {
    await sizeResumable(this.#asked.core, await this.#own(id), sizeBytes);
  }

  /** The stream is empty; what came is in the request. */
  override async write(_stream: unknown, id: string, offset: number): Promise<number> {
    const { core, actor, body, checksum, signal } = this.#asked;
    const digest = checksumOf(checksum);
    const upload = await this.#own(id);
    if (isComplete(upload)) {
      await assertAtMost(upload.offsetBytes - offset, body);
      return upload.offsetBytes;
    }
    if (upload.offsetBytes !== offset) throw new DomainError('refused', 'something else has come meanwhile');
    assertFits(upload, body);
    if (!body.isPresent) return upload.offsetBytes;
    const { source, sizeBytes } = body;
    return appendResumable(core, actor, upload, { source, sizeBytes, signal, digest });
  }

  override async remove(id: string): Promise<void> {
    await endResumable(this.#asked.core, await this.#own(id));
  }

  /** What came is made a file, if it is all; undefined if not. */
  async finish(id: string): Promise<Finished | undefined> {
    const end = await this.#asked.locks.take(id, () => undefined);
    try {
      const upload = await this.#own(id);
      return isComplete(upload) ? await this.#finish(upload) : undefined;
    } finally {
      end();
    }
  }

  get locker(): Locker {
    const { locks, giveWay } = this.#asked;
    return {
      newLock: (id) => {
        let end: (() => void) | undefined;
        return {
          lock: async () => {
            end = await locks.take(id, giveWay);
          },
          unlock: async () => end?.(),
        };
      },
    };
  }

  async #finish(upload: ResumableUpload): Promise<Finished> {
    const { core, actor } = this.#asked;
    const { path, ...wishes } = wishesOf(upload.metadata);
    return finishResumable(core, actor, upload, { ...wishes, conditions: NO_CONDITIONS });
  }

  #own(id: string): Promise<ResumableUpload> {
    const { core, actor } = this.#asked;
    return ownResumable(core, actor, id);
  }
}

/** Whether all bytes are there. */
export function isComplete({ sizeBytes, offsetBytes }: ResumableUpload): boolean {
  return sizeBytes === offsetBytes;
}

/**
 * Where clients are told to go on. While the file could not be made of all the bytes (its name is taken, say), the last one
 * counts as not come: a client that asks must not take it for done, and tries that again when it sends the byte.
 */
export function shownOffset(upload: ResumableUpload): number {
  if (upload.finished !== undefined || !isComplete(upload)) return upload.offsetBytes;
  return Math.max(0, upload.offsetBytes - 1);
}

function tusUpload(upload: ResumableUpload): Upload {
  return new Upload({
    id: upload.uploadId,
    ...(upload.sizeBytes !== undefined && { size: upload.sizeBytes }),
    offset: shownOffset(upload),
  });
}

function assertFits({ sizeBytes, offsetBytes }: ResumableUpload, body: RequestBody): void {
  if (sizeBytes === undefined || (body.sizeBytes ?? 0) <= sizeBytes - offsetBytes) return;
  throw new DomainError('too-large', 'more bytes came than were announced');
}

/** What is there already comes again, one byte of it (`shownOffset`); nothing is done with it. */
async function assertAtMost(maxBytes: number, body: RequestBody): Promise<void> {
  if (!body.isPresent) return;
  let length = 0;
  for await (const chunk of body.source) {
    length += chunk.length;
    if (length > maxBytes) throw new DomainError('too-large', 'more bytes came than were announced');
  }
}
