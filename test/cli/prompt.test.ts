import assert from 'node:assert/strict';
import { askNewPassword, confirm, readPasswordFromStdin } from '../../src/cli/prompt.ts';
import { FakeTerminal } from '../support/terminal.ts';

describe('a password on standard input', () => {
  const cases: [input: string, want: string | RegExp][] = [
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    [' spaced out \n', ' spaced out '],
    ['pässwörd', 'pässwörd'],
    ['', /no password came/],
    ['\n', /no password came/],
    ['two\nlines\n', /more than one line/],
    ['x'.repeat(20_000), /too long/],
  ];
  for (const [input, want] of cases) {
    it(`is read from ${JSON.stringify(input.slice(0, 20))}`, async () => {
      const reading = readPasswordFromStdin(new FakeTerminal({ input }));
      if (typeof want === 'string') assert.equal(await reading, want);
      else await assert.rejects(reading, want);
    });
  }
});

describe('the password prompt', () => {
  it('asks twice, without showing what is typed', async () => {
    const terminal = new FakeTerminal({ isTTY: true });
    const asked = askNewPassword(terminal);
    assert.equal(terminal.isRaw, true);
    terminal.stdin.write('hunter2\rhunter2\r');
    assert.equal(await asked, 'hunter2');
    assert.equal(terminal.err, 'Password: \nOnce more: \n');
    assert.equal(terminal.out, '');
    assert.equal(terminal.isRaw, false);
  });

  it('takes a key back', async () => {
    const terminal = new FakeTerminal({ isTTY: true });
    terminal.stdin.write('hunterx\u007f2\rhunter2\r');
    assert.equal(await askNewPassword(terminal), 'hunter2');
  });

  const refused: [keys: string, says: RegExp][] = [
    ['one\rtwo\r', /the two passwords differ; nothing was changed/],
    ['\r', /the password is empty/],
    ['hunt\u0003', /interrupted/],
  ];
  for (const [keys, says] of refused) {
    it(`refuses ${JSON.stringify(keys)}`, async () => {
      const terminal = new FakeTerminal({ isTTY: true });
      terminal.stdin.write(keys);
      await assert.rejects(askNewPassword(terminal), says);
      assert.equal(terminal.isRaw, false);
    });
  }

  it('ends with its input', async () => {
    await assert.rejects(askNewPassword(new FakeTerminal({ isTTY: true, input: 'hun' })), /the input ended/);
  });
});

describe('a confirmation', () => {
  for (const [answer, want] of [
    ['y', true],
    ['YES', true],
    ['', false],
    ['n', false],
    ['yo', false],
  ] as const) {
    it(`is ${want ? 'given' : 'not given'} by "${answer}"`, async () => {
      const terminal = new FakeTerminal({ isTTY: true });
      terminal.stdin.write(`${answer}\n`);
      assert.equal(await confirm(terminal, 'Really?'), want);
      assert.equal(terminal.err, 'Really? [y/N] ');
    });
  }
});
