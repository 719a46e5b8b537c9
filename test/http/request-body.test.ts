import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { readWhole, requestBody, type RequestBody } from '../../src/http/request-body.ts';

const MIB = 1024 * 1024;

function bodyOf(pieces: Uint8Array[], headers: IncomingMessage['headers']): RequestBody {
  const request = Object.assign(Readable.from(pieces), { headers, httpVersionMajor: 1, httpVersionMinor: 1 });
  return requestBody(request as unknown as IncomingMessage, {} as unknown as ServerResponse);
}

describe('the body of a request', () => {
  it('frees the memory of what has been used, past its first MiB', async () => {
    const pieces = Array.from({ length: 4 }, () => new Uint8Array(MIB));
    const held: number[][] = [];
    for await (const piece of bodyOf([...pieces], { 'transfer-encoding': 'chunked' }).source) {
      assert.equal(piece.byteLength, MIB);
      held.push(pieces.map(({ byteLength }) => byteLength));
    }
    assert.deepEqual(held.at(-1), [MIB, 0, 0, MIB]);
  });

  it('leaves memory alone that a piece shares with others', async () => {
    const all = new Uint8Array(4 * MIB);
    const pieces = [all.subarray(0, 2 * MIB), all.subarray(2 * MIB)];
    for await (const piece of bodyOf(pieces, { 'transfer-encoding': 'chunked' }).source)
      assert.ok(piece.byteLength > 0);
    assert.equal(all.byteLength, 4 * MIB);
  });

  it('is whole when it is gathered up to the limit', async () => {
    const body = bodyOf([Buffer.alloc(MIB / 2, 'a'), Buffer.alloc(MIB / 2, 'b')], { 'content-length': String(MIB) });
    const whole = await readWhole(body, MIB);
    assert.equal(whole.toString('latin1'), 'a'.repeat(MIB / 2) + 'b'.repeat(MIB / 2));
  });

  it('is refused when it turns out larger than the limit', async () => {
    const body = bodyOf([Buffer.alloc(MIB), Buffer.alloc(1)], { 'transfer-encoding': 'chunked' });
    await assert.rejects(readWhole(body, MIB), { code: 'too-large' });
  });
});
