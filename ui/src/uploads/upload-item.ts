import { joined } from '../lib/paths.ts';

/** What becomes of a file that has the name already. */
export type OnConflict = 'fail' | 'replace' | 'keep-both';

/**
 * `waiting` for its turn; `failed` with a reason, to be tried again; `refused` before anything was sent, which trying again
 * does not change.
 */
export type UploadState = 'waiting' | 'uploading' | 'paused' | 'failed' | 'refused' | 'done' | 'cancelled' | 'skipped';

/** What is added to the queue together: one drop, one choice. */
export interface Batch {
  readonly id: string;
  /** The folder that it goes to. */
  readonly folder: string;
  /** What was dropped, by its names. */
  readonly names: readonly string[];
  /** Its folders have rules about the kind of content, which only the server can tell. */
  isTyped: boolean;
}

/** One file, or one empty folder. Changed in place: `UploadQueue` tells of it. */
export interface UploadItem {
  readonly id: number;
  readonly batch: Batch;
  /** The folder that it goes into. */
  readonly folder: string;
  readonly name: string;
  /** Undefined: an empty folder. */
  readonly file: File | undefined;
  readonly sizeBytes: number;
  onConflict: OnConflict;
  state: UploadState;
  sentBytes: number;
  /** Why it failed or waits, in words. */
  reason: string | undefined;
  /** Where tus goes on with it. */
  location: string | undefined;
}

export interface NewItem extends Pick<UploadItem, 'folder' | 'name' | 'file'> {
  readonly onConflict?: OnConflict;
  readonly location?: string | undefined;
  /** It will not be sent, and why. */
  readonly refusal?: string | undefined;
  readonly isSkipped?: boolean;
}

let lastId = 0;

export function uploadItem(batch: Batch, { folder, name, file, ...wishes }: NewItem): UploadItem {
  lastId += 1;
  const { onConflict = 'fail', location, refusal, isSkipped = false } = wishes;
  return {
    id: lastId,
    batch,
    folder,
    name,
    file,
    sizeBytes: file?.size ?? 0,
    onConflict,
    state: refusal !== undefined ? 'refused' : isSkipped ? 'skipped' : 'waiting',
    sentBytes: 0,
    reason: refusal,
    location,
  };
}

export function pathOf({ folder, name }: UploadItem): string {
  return joined(folder, name);
}

/** It came, or nobody wants it any more: there is nothing to read or to do about it. */
export function isSettled({ state }: UploadItem): boolean {
  return state === 'done' || state === 'skipped' || state === 'cancelled';
}

/** It is still to come. */
export function isOpen({ state }: UploadItem): boolean {
  return state === 'waiting' || state === 'uploading' || state === 'paused';
}
