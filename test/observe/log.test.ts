import assert from 'node:assert/strict';
import { createLog, type Log, type LogOptions } from '../../src/observe/log.ts';

describe('log', () => {
  function open(format: LogOptions['format'], level: LogOptions['level'] = 'info'): { log: Log; lines: string[] } {
    const lines: string[] = [];
    return { lines, log: createLog({ level, format, destination: { write: (line) => lines.push(line) } }) };
  }

  it('writes JSON with the time and the level in words', () => {
    const { log, lines } = open('json');
    log.warn({ disk: 'a' }, 'a disk is down');
    const entry = JSON.parse(lines[0]!) as Record<string, unknown>;
    assert.deepEqual([entry['level'], entry['disk'], entry['msg']], ['warn', 'a', 'a disk is down']);
    assert.match(String(entry['time']), /^\d{4}-\d\d-\d\dT/);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = open('json', 'error');
    log.info('x');
    assert.equal(lines.length, 0);
  });

  for (const format of ['json', 'plain'] as const) {
    it(`keeps an entry on its lines, whatever a client sent (${format})`, () => {
      const { log, lines } = open(format);
      log.info({ path: '/a\r\n12:00 ERROR made up\u001b[31m\u0000' }, 'b\nc\u001b[0m');
      assert.equal(lines.length, 1);
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      assert.doesNotMatch(lines[0]!.slice(0, -1), /[\u0000-\u001f]/);
    });

    it(`leaves out secrets that were logged by mistake (${format})`, () => {
      const { log, lines } = open(format);
      log.info(
        { password: 's3cret', request: { headers: { authorization: 's3cret' } }, user: { passwordHash: 's3cret' } },
        'x',
      );
      assert.doesNotMatch(lines[0]!, /s3cret/);
    });

    it(`tells an error with its stack and cause (${format})`, () => {
      const { log, lines } = open(format);
      log.error({ error: new Error('outer', { cause: new Error('inner') }) }, 'it failed');
      assert.match(lines[0]!, /it failed/);
      assert.match(lines[0]!, /outer/);
      assert.match(lines[0]!, /inner/);
      assert.match(lines[0]!, /log\.test\.ts/);
    });
  }

  it('is plain to read for people', () => {
    const { log, lines } = open('plain');
    log.info({ status: 200, path: '/dav/a', text: 'two words' }, 'said "hello"');
    assert.match(lines[0]!, /^\d\d:\d\d:\d\d\.\d{3} INFO {2}said "hello" status=200 path=\/dav\/a text="two words"\n$/);
  });
});
