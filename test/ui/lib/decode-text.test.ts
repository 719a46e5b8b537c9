import assert from 'node:assert/strict';
import { decodeText } from '../../../ui/src/lib/decode-text.ts';

describe('text of bytes', () => {
  const cases: [name: string, bytes: number[], text: string, isUtf8: boolean][] = [
    ['UTF-8', [0xc3, 0xbc, 0x0a], 'ü\n', true],
    ['UTF-8 with its mark, which stays', [0xef, 0xbb, 0xbf, 0x61], '\u{FEFF}a', true],
    ['UTF-16, little end first', [0xff, 0xfe, 0x61, 0x00], 'a', false],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0x61], 'a', false],
    ['windows-1252', [0x47, 0x72, 0xfc, 0xdf, 0x65, 0x80], 'Grüße€', false],
    ['nothing', [], '', true],
  ];
  for (const [name, bytes, text, isUtf8] of cases) {
    it(`reads ${name}`, () => {
      assert.deepEqual(decodeText(Uint8Array.from(bytes)), { text, isUtf8 });
    });
  }
});
