import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { isRangeCurrent, judgeConditions, parseEntityTags, type Verdict } from '../../src/http/conditional.ts';

const TIME = Date.UTC(2026, 0, 15, 12, 0, 0);
const BEFORE = 'Thu, 15 Jan 2026 11:59:59 GMT';
const SAME = 'Thu, 15 Jan 2026 12:00:00 GMT';
const AFTER = 'Thu, 15 Jan 2026 12:00:01 GMT';
const there = { etag: 'v1', modifiedAtMs: TIME + 500 };
const unwritten = { ...there, isUnwritten: true };

describe('conditions of RFC 9110', () => {
  const cases: [headers: IncomingHttpHeaders, reading: Verdict, writing: Verdict, absent: Verdict][] = [
    [{}, 'proceed', 'proceed', 'proceed'],
    [{ 'if-match': '"v1"' }, 'proceed', 'proceed', 'failed'],
    [{ 'if-match': '"v0", "v1"' }, 'proceed', 'proceed', 'failed'],
    [{ 'if-match': '*' }, 'proceed', 'proceed', 'failed'],
    [{ 'if-match': '"v0"' }, 'failed', 'failed', 'failed'],
    // Weak tags never match strongly.
    [{ 'if-match': 'W/"v1"' }, 'failed', 'failed', 'failed'],
    [{ 'if-none-match': '*' }, 'not-modified', 'failed', 'proceed'],
    [{ 'if-none-match': '"v1"' }, 'not-modified', 'failed', 'proceed'],
    [{ 'if-none-match': 'W/"v1"' }, 'not-modified', 'failed', 'proceed'],
    [{ 'if-none-match': '"v0"' }, 'proceed', 'proceed', 'proceed'],
    [{ 'if-modified-since': SAME }, 'not-modified', 'proceed', 'proceed'],
    [{ 'if-modified-since': BEFORE }, 'proceed', 'proceed', 'proceed'],
    [{ 'if-modified-since': 'yesterday' }, 'proceed', 'proceed', 'proceed'],
    // A file can become older than it was.
    [{ 'if-modified-since': AFTER }, 'proceed', 'proceed', 'proceed'],
    [{ 'if-unmodified-since': SAME }, 'proceed', 'proceed', 'proceed'],
    [{ 'if-unmodified-since': BEFORE }, 'failed', 'failed', 'proceed'],
    // Precedence, §13.2.2: tags over dates.
    [{ 'if-match': '"v1"', 'if-unmodified-since': BEFORE }, 'proceed', 'proceed', 'failed'],
    [{ 'if-none-match': '"v0"', 'if-modified-since': SAME }, 'proceed', 'proceed', 'proceed'],
    [{ 'if-match': '"v1"', 'if-none-match': '"v1"' }, 'not-modified', 'failed', 'failed'],
  ];
  for (const [headers, reading, writing, absent] of cases) {
    it(`judges ${JSON.stringify(headers)}`, () => {
      assert.equal(judgeConditions(headers, there, { isReading: true }), reading);
      assert.equal(judgeConditions(headers, there, { isReading: false }), writing);
      assert.equal(judgeConditions(headers, undefined, { isReading: false }), absent);
    });
  }

  it('takes an unwritten file as absent for If-None-Match: *, and as there for all else', () => {
    assert.equal(judgeConditions({ 'if-none-match': '*' }, unwritten, { isReading: false }), 'proceed');
    assert.equal(judgeConditions({ 'if-match': '"v1"' }, unwritten, { isReading: false }), 'proceed');
    assert.equal(judgeConditions({ 'if-none-match': '"v1"' }, unwritten, { isReading: false }), 'failed');
  });

  for (const malformed of ['v1', '"v1', '"v1" "v2"', 'w/"v1"', '', ',']) {
    it(`refuses the entity tags ${JSON.stringify(malformed)}`, () => {
      assert.throws(() => parseEntityTags(malformed), { code: 'bad-request' });
    });
  }

  it('reads lists with empty members', () => {
    const values = parseEntityTags('"a",, W/"b" ,"c,d"').map(({ value }) => value);
    assert.deepEqual(values, ['a', 'b', 'c,d']);
  });
});

describe('If-Range', () => {
  const later = TIME + 60_000;
  const cases: [header: string | undefined, nowMs: number, want: boolean][] = [
    [undefined, later, true],
    ['"v1"', later, true],
    ['"v0"', later, false],
    ['W/"v1"', later, false],
    [SAME, later, true],
    [BEFORE, later, false],
    // Within the second in which it changed, a date proves nothing.
    [SAME, TIME + 900, false],
    ['nonsense', later, false],
  ];
  for (const [header, nowMs, want] of cases) {
    it(`${want ? 'holds' : 'does not hold'} for ${header} ${nowMs - TIME} ms after the change`, () => {
      assert.equal(isRangeCurrent(header, there, nowMs), want);
    });
  }
});
