import type { UploadItem, UploadState } from './upload-item.ts';

const NONE: Record<UploadState, number> = {
  waiting: 0,
  uploading: 0,
  paused: 0,
  failed: 0,
  refused: 0,
  done: 0,
  cancelled: 0,
  skipped: 0,
};

/** These count in what is to be sent in all. */
const COUNTED: ReadonlySet<UploadState> = new Set(['waiting', 'uploading', 'paused', 'done']);

/** Sums over all items, kept up with each change: there may be tens of thousands. */
export class Tally {
  readonly count = { ...NONE };
  totalBytes = 0;
  sentBytes = 0;

  add(item: UploadItem): void {
    this.#count(item, 1);
  }

  remove(item: UploadItem): void {
    this.#count(item, -1);
  }

  /** Files that are to be sent, or were. */
  get total(): number {
    const { waiting, uploading, paused, done } = this.count;
    return waiting + uploading + paused + done;
  }

  /** Still to come. */
  get open(): number {
    const { waiting, uploading, paused } = this.count;
    return waiting + uploading + paused;
  }

  /** 0 to 1. Files count a little themselves: many small ones take longer than their bytes. */
  get share(): number {
    if (this.total === 0) return 1;
    const bytes = this.totalBytes === 0 ? 1 : this.sentBytes / this.totalBytes;
    const files = this.count.done / this.total;
    const weight = (this.total * FILE_BYTES) / (this.total * FILE_BYTES + this.totalBytes);
    return weight * files + (1 - weight) * bytes;
  }

  #count(item: UploadItem, by: 1 | -1): void {
    this.count[item.state] += by;
    if (!COUNTED.has(item.state)) return;
    this.totalBytes += by * item.sizeBytes;
    this.sentBytes += by * item.sentBytes;
  }
}

/** What a request costs, in bytes that could be sent meanwhile. */
const FILE_BYTES = 100_000;
