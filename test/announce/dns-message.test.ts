import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, encodeName, nameKey, TYPE, uint16 } from '../../src/announce/dns-message.ts';

/** A header with the given counts, and what follows it. */
function message(counts: [number, number, number, number], ...parts: Buffer[]): Buffer {
  return Buffer.concat([...[0, 0, ...counts].map(uint16), ...parts]);
}

/** A record whose text is an empty name and pointers to it, one to the other, and a record named by the last. */
function pointersInText(count: number): Buffer[] {
  const head = [Buffer.from('\0\0\x10\0\x01\0\0\0\0', 'latin1'), uint16(1 + 2 * count), Buffer.of(0)];
  const first = 12 + Buffer.concat(head).length;
  const pointers = Array.from({ length: count }, (_, index) => uint16(0xc000 | (first + 2 * index - (index ? 2 : 1))));
  const end = uint16(0xc000 | (first + 2 * count - 2));
  return [...head, ...pointers, end, Buffer.from('\0\x10\0\x01\0\0\0\0\0\0', 'latin1')];
}

const QUESTION_END = Buffer.concat([uint16(TYPE.ptr), uint16(1)]);

describe('mDNS messages', () => {
  it('are read as they were written', () => {
    const name = ['nosocial on büro (2)', '_webdav', '_tcp', 'local'];
    const written = {
      id: 0,
      isResponse: true,
      questions: [{ name, type: TYPE.any, wantsUnicast: true }],
      answers: [{ name, type: TYPE.txt, ttlSeconds: 4500, isUnique: true, data: Buffer.from('\x0apath=/dav/') }],
      authorities: [{ name, type: TYPE.ptr, ttlSeconds: 0, isUnique: false, data: encodeName(['a.b', 'local']) }],
      additionals: [{ name, type: TYPE.a, ttlSeconds: 120, isUnique: true, data: Buffer.of(10, 0, 0, 1) }],
    };
    assert.deepEqual(decodeMessage(encodeMessage(written)), written);
  });

  it('may have compressed names, also within a record', () => {
    const question = Buffer.concat([encodeName(['_webdav', '_tcp', 'local']), QUESTION_END]);
    const pointed = Buffer.concat([Buffer.of(3), Buffer.from('box'), Buffer.of(0xc0, 12 + 13)]);
    const record = Buffer.concat([
      ...[Buffer.of(0xc0, 12), uint16(TYPE.srv), uint16(1), Buffer.alloc(4)],
      ...[uint16(6 + pointed.length), uint16(0), uint16(0), uint16(80), pointed],
    ]);
    const read = decodeMessage(message([1, 1, 0, 0], question, record));
    assert.deepEqual(read?.answers[0]?.name, ['_webdav', '_tcp', 'local']);
    assert.deepEqual(
      read.answers[0].data,
      Buffer.concat([uint16(0), uint16(0), uint16(80), encodeName(['box', 'local'])]),
    );
  });

  it('compare names without regard to case, label by label', () => {
    assert.equal(nameKey(['Box', 'LOCAL']), nameKey(['box', 'local']));
    assert.notEqual(nameKey(['a.b', 'local']), nameKey(['a', 'b', 'local']));
  });

  it('may have pointers to pointers', () => {
    assert.deepEqual(decodeMessage(message([0, 2, 0, 0], ...pointersInText(3)))?.answers[1]?.name, []);
  });

  const broken: [what: string, bytes: Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.alloc(7)],
    ['fewer questions than announced', message([2, 0, 0, 0], encodeName(['local']), QUESTION_END)],
    ['a pointer to itself', message([1, 0, 0, 0], Buffer.of(0xc0, 12), QUESTION_END)],
    ['a pointer forwards', message([1, 0, 0, 0], Buffer.of(0xc0, 20), QUESTION_END, Buffer.alloc(20))],
    ['two that point to each other', message([1, 0, 0, 0], Buffer.of(0xc0, 14, 0xc0, 12), QUESTION_END)],
    ['a long way of pointers', message([0, 2, 0, 0], ...pointersInText(200))],
    ['a label that is too long', message([1, 0, 0, 0], Buffer.alloc(100, 0x50), QUESTION_END)],
    [
      'a name that is too long',
      message([1, 0, 0, 0], encodeName(new Array<string>(30).fill('123456789')), QUESTION_END),
    ],
    [
      'a record that ends after the message',
      message([0, 1, 0, 0], Buffer.from('\0\0\x10\0\x01\0\0\0\0\xff\xff', 'latin1')),
    ],
    ['a place without a port', message([0, 1, 0, 0], Buffer.from('\0\0\x21\0\x01\0\0\0\0\0\0', 'latin1'))],
    ['more entries than any honest one', message([60_000, 0, 0, 0], Buffer.alloc(60_000 * 5))],
    ['another operation', Buffer.concat([uint16(0), uint16(0x2800), Buffer.alloc(8)])],
  ];
  for (const [what, bytes] of broken) {
    it(`are ignored with ${what}`, () => assert.equal(decodeMessage(bytes), undefined));
  }
});
