import type { Page } from './page.ts';

/** An upload that comes in pieces, over as many requests and restarts as it takes. */
export interface ResumableUpload {
  /** Also of the blob that it becomes. */
  readonly uploadId: string;
  /** Whose upload it is; the file may be another's. */
  readonly userId: number;
  readonly diskId: number;
  /** Where the file is to be. */
  readonly parentId: number;
  readonly name: string;
  /** As the client sent it (tus `Upload-Metadata`). */
  readonly metadata: string;
  /** Undefined while the client has not said. */
  readonly sizeBytes: number | undefined;
  /** What has come for certain. */
  readonly offsetBytes: number;
  readonly checksumState: string | undefined;
  readonly createdAtMs: number;
  /** When something came last; of a finished one when that was. */
  readonly touchedAtMs: number;
  /** Who pays, and how much of the quota is promised to it; undefined without a promise, as when it is finished. */
  readonly reserved: { readonly ownerId: number; readonly sizeBytes: number } | undefined;
  /** The file that it became. */
  readonly finished: { readonly nodeId: number; readonly etag: string } | undefined;
}

export interface ResumableUploads {
  get(uploadId: string): Promise<ResumableUpload | undefined>;
  /** A user's unfinished ones, by id. */
  listOf(userId: number, page: Page<string>): Promise<ResumableUpload[]>;
  /** Everybody's unfinished ones, by id. */
  listUnfinished(page: Page<string>): Promise<ResumableUpload[]>;
  /** Those that nothing came for since `idleSinceMs`, finished before `finishedBeforeMs`, or whose user is gone. */
  listEnding(when: { idleSinceMs: number; finishedBeforeMs: number; limit: number }): Promise<ResumableUpload[]>;
}

export interface ResumableUploadOperations {
  /**
   * Notes an upload and promises it `reservedBytes` of the owner's quota. `quota-exceeded`; `refused` when the user has
   * `maxPerUser` unfinished ones.
   */
  beginResumableUpload: { args: BeginResumableUpload; result: void };
  /** Says how large it will be, and promises it just that. `not-found`, `quota-exceeded`. */
  sizeResumableUpload: { args: { uploadId: string; sizeBytes: number }; result: void };
  /** So much has come for certain. `not-found` when it is finished or was given up. */
  advanceResumableUpload: {
    args: { uploadId: string; offsetBytes: number; checksumState: string | undefined; nowMs: number };
    result: void;
  };
  /** Forgets it, and what was promised to it. Not an error when it is gone. */
  forgetResumableUpload: { args: { uploadId: string }; result: void };
}

export interface BeginResumableUpload {
  uploadId: string;
  userId: number;
  ownerId: number;
  diskId: number;
  parentId: number;
  name: string;
  metadata: string;
  sizeBytes: number | undefined;
  reservedBytes: number;
  maxPerUser: number;
  nowMs: number;
}
