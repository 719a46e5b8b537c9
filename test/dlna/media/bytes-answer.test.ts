import assert from 'node:assert/strict';
import { bytesAnswer } from '../../../src/dlna/media/bytes-answer.ts';

describe('small things for televisions', () => {
  const bytes = Buffer.from('0123456789');
  const cases: [range: string | undefined, status: number, body: string | undefined, contentRange?: string][] = [
    [undefined, 200, '0123456789'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=10-', 416, undefined, 'bytes */10'],
    ['bytes=0-1,5-6', 200, '0123456789'],
    ['seconds=1-2', 200, '0123456789'],
  ];
  for (const [range, status, body, contentRange] of cases) {
    it(`are answered ${status} to ${range ?? 'no range'}`, () => {
      const answer = bytesAnswer(bytes, range, { 'Content-Type': 'image/jpeg' });
      assert.equal(answer.status, status);
      assert.deepEqual(answer.body, body === undefined ? undefined : Buffer.from(body));
      assert.equal(answer.headers?.['Content-Range'], contentRange);
    });
  }

  it('may be empty', () => {
    assert.equal(bytesAnswer(Buffer.alloc(0), 'bytes=0-', {}).status, 200);
  });
});
