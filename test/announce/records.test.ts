import assert from 'node:assert/strict';
import { addressData, labelOf } from '../../src/announce/records.ts';

describe('announced records', () => {
  const addresses: [address: string, hex: string][] = [
    ['10.0.0.255', '0a0000ff'],
    ['fd00::5', 'fd000000000000000000000000000005'],
    ['::1', '00000000000000000000000000000001'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
  ];
  for (const [address, hex] of addresses) {
    it(`hold ${address} as it is`, () => assert.equal(addressData(address).toString('hex'), hex));
  }

  it('have labels of at most 63 bytes, with their ending and whole characters', () => {
    assert.equal(labelOf('box', ' (2)'), 'box (2)');
    const long = labelOf('ü'.repeat(60), ' (12)');
    assert.ok(Buffer.byteLength(long) <= 63 && Buffer.byteLength(long) > 60, long);
    assert.match(long, /^ü+ \(12\)$/);
  });
});
