import assert from 'node:assert/strict';
import { readable } from '../../../src/dlna/media/subtitles.ts';

const BOM = [0xef, 0xbb, 0xbf];
const GREEK = 'Καλημέρα';

describe('subtitles for televisions', () => {
  const cases: [what: string, stored: Buffer, sent: Buffer][] = [
    ['keep what is ASCII', Buffer.from('1\r\nplain'), Buffer.from('1\r\nplain')],
    ['lose the mark where they need none', Buffer.from([...BOM, 0x31]), Buffer.from('1')],
    ['say that they are UTF-8', Buffer.from(GREEK), Buffer.from(`\uFEFF${GREEK}`)],
    ['say so once', Buffer.from(`\uFEFF${GREEK}`), Buffer.from(`\uFEFF${GREEK}`)],
    ['are no longer UTF-16 (little-endian)', Buffer.from(`\uFEFF${GREEK}`, 'utf16le'), Buffer.from(`\uFEFF${GREEK}`)],
    [
      'are no longer UTF-16 (big-endian)',
      Buffer.from(`\uFEFF${GREEK}`, 'utf16le').swap16(),
      Buffer.from(`\uFEFF${GREEK}`),
    ],
    ['stay in their code page', Buffer.from('Grüße', 'latin1'), Buffer.from('Grüße', 'latin1')],
    ['may be nothing', Buffer.alloc(0), Buffer.alloc(0)],
  ];
  for (const [what, stored, sent] of cases) {
    it(what, () => {
      assert.deepEqual(readable(stored), sent);
    });
  }
});
