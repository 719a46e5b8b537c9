import { PassThrough, Writable } from 'node:stream';

/** Remembers what was written to it. */
class Paper extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** A terminal whose keys a test presses and whose screen it reads. */
export class FakeTerminal {
  readonly stdin: PassThrough & { isTTY?: boolean; setRawMode?: (isRaw: boolean) => unknown };
  readonly stdout = new Paper();
  readonly stderr = new Paper();
  /** Whether keys are shown at present; a hidden prompt switches that off. */
  isRaw = false;

  constructor({ isTTY = false, input }: { isTTY?: boolean; input?: string } = {}) {
    const keys: FakeTerminal['stdin'] = new PassThrough();
    this.stdin = keys;
    if (isTTY) {
      keys.isTTY = true;
      keys.setRawMode = (isRaw) => (this.isRaw = isRaw);
    }
    if (input !== undefined) keys.end(input);
  }

  get out(): string {
    return this.stdout.text;
  }

  get err(): string {
    return this.stderr.text;
  }
}
