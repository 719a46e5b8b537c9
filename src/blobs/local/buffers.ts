/** Sources and sockets take 64 KiB at a time; a call of 1 MiB costs the disk and libuv's pool far less than 16 of those. */
export const BUFFER_BYTES = 1024 * 1024;
/** Buffers that are kept when uploads and downloads end. */
const KEPT_BUFFERS = 32;

/**
 * The buffers of all uploads and downloads. Fresh memory has to be zeroed by the kernel, which costs as much as copying
 * into it, and waits for the garbage collector afterwards: one download left 80 MB of it.
 */
export class Buffers {
  readonly #idle: Buffer[] = [];

  take(): Buffer {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }

  giveBack(buffer: Buffer): void {
    if (this.#idle.length < KEPT_BUFFERS) this.#idle.push(buffer);
  }
}
