import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { checked, type Digest } from '../../src/core/digest.ts';
import { inPieces } from '../support/dav-client.ts';

describe('announced digests of content', () => {
  const content = Buffer.from('Wikipedia');
  const right: Digest[] = [
    { algorithm: 'adler32', hex: '11e60398' },
    { algorithm: 'md5', hex: '9c677286866aad38f8e9b660f5411814' },
  ];
  const pass = (digests: Digest[], of = content) => buffer(checked(inPieces(of, 4), digests));

  it('let pass what has all of them', async () => {
    assert.deepEqual(await pass(right), content);
    assert.deepEqual(await pass([]), content);
    assert.deepEqual(await pass([{ algorithm: 'adler32', hex: '11E60398' }]), content);
  });

  it('refuse what lacks one of them', async () => {
    for (const { algorithm, hex } of right) {
      const digests = right.map((each) =>
        each.algorithm === algorithm ? { algorithm, hex: hex.replace('9', '8') } : each,
      );
      await assert.rejects(pass(digests), { code: 'checksum-mismatch' }, algorithm);
    }
  });

  it('are all to be right where one kind is announced more than once', async () => {
    const wrong: Digest = { algorithm: 'md5', hex: '0'.repeat(32) };
    assert.deepEqual(await pass([...right, ...right]), content);
    for (const digests of [
      [...right, wrong],
      [wrong, ...right],
    ]) {
      await assert.rejects(pass(digests), { code: 'checksum-mismatch' });
    }
  });

  it('add up large content without losing a bit', async () => {
    const large = Buffer.alloc(1_000_000, 0xff);
    assert.equal(
      (await buffer(checked(inPieces(large), [{ algorithm: 'adler32', hex: '3843e1be' }]))).length,
      1_000_000,
    );
  });
});
