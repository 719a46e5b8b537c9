import assert from 'node:assert/strict';
import { seededBytes } from '../../support/content.ts';
import type { TusClient } from '../../support/tus-client.ts';

/** An upload, with what the server said of it. */
export class Transfer {
  readonly name: string;
  readonly content: Buffer;
  readonly #pieceBytes: number;
  #place: string | undefined;
  acknowledgedBytes = 0;
  isDone = false;

  constructor(name: string, sizeBytes: number, pieceBytes: number) {
    this.name = name;
    this.content = seededBytes(name, sizeBytes);
    this.#pieceBytes = pieceBytes;
  }

  /** Goes on until the file is there, or the server is gone. */
  async go(client: TusClient): Promise<void> {
    this.#place ??= await client.create({ path: `/Mere/${this.name}` }, this.content.length);
    let offset = await client.offset(this.#place);
    assert.ok(offset <= this.content.length);
    assert.ok(offset >= this.acknowledgedBytes, `${this.name}: ${offset} of ${this.acknowledgedBytes} bytes are there`);
    while (!this.isDone) {
      const { status, headers } = await client.patch(this.#place, offset, this.#piece(offset));
      assert.equal(status, 204);
      offset = Number(headers.get('upload-offset'));
      this.acknowledgedBytes = offset;
      this.isDone = headers.has('nosocial-file-id');
    }
  }

  #piece(offset: number): Buffer {
    return this.content.subarray(offset, offset + this.#pieceBytes);
  }
}

/** Ends those whose beginning was noted, but whose client never heard so and began another. */
export async function endUnheardOf(client: TusClient): Promise<void> {
  const { items = [] } = (await client.send('GET', '/api/v1/uploads')).body;
  for (const { location, receivedBytes } of items as readonly { location: string; receivedBytes: number }[]) {
    assert.equal(receivedBytes, 0);
    assert.equal((await client.send('DELETE', location)).status, 204);
  }
}

/** What went wrong otherwise than that a request was cut off: that says nothing. */
export function wrongIn(outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] {
  const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  return reasons.filter((reason) => reason instanceof assert.AssertionError);
}
