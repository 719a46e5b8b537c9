import assert from 'node:assert/strict';
import { run } from '../../src/cli/run.ts';
import { COMMANDS } from '../../src/cli/commands/all.ts';
import { FakeTerminal } from '../support/terminal.ts';

async function invoke(line: string): Promise<{ code: number; out: string; err: string }> {
  const terminal = new FakeTerminal({ input: '' });
  const code = await run(line === '' ? [] : line.split(' '), terminal);
  return { code, out: terminal.out, err: terminal.err };
}

describe('the command line', () => {
  describe('refuses wrong usage with exit code 2', () => {
    const cases: [line: string, says: RegExp][] = [
      ['', /^usage: nosocial <command>/],
      ['sevre', /unknown command "sevre"; did you mean "serve"\?/],
      ['xyzzy', /unknown command "xyzzy"\n/],
      ['user', /nosocial user: which command\?[^]*user add/],
      ['user ad anna', /unknown command "user ad"; did you mean "user add"\?/],
      ['user add', /NAME is missing/],
      ['user add anna', /--role is missing/],
      ['user add anna --role', /--role needs a value: --role ROLE/],
      ['user add anna --role --json', /--role needs a value/],
      ['user add anna --role=', /--role needs a value/],
      ['user add anna --role boss --password-stdin', /"boss" is no role; there are normal, advanced, admin/],
      ['user add anna --role admin --role normal', /--role is given twice/],
      ['user add anna --rol admin', /unknown option --rol; did you mean --role\?/],
      ['user add anna --role admin --password hunter2', /a password is never taken as an argument/],
      ['user add anna --role admin --quota lots --password-stdin', /"lots" is no size; write it as 15GB/],
      ['user add anna --role admin', /no terminal to ask for the password at; give it with --password-stdin/],
      ['user add anna --role admin --password-stdin', /no password came on standard input/],
      ['user add anna bert --role admin', /unexpected argument "bert"/],
      ['user list --json=yes', /--json takes no value/],
      ['user role anna boss', /"boss" is no role/],
      ['user quota anna 15GX', /"15GX" is no size/],
      ['user bandwidth anna fast', /"fast" is no rate; write it as 2MB or 500kB, or none/],
      ['user revoke anna phone', /"phone" is no number; `nosocial user app-passwords` shows the numbers/],
      ['disk add', /DIR is missing/],
      ['disk list -x', /unknown option -x/],
      ['trash list', /--user is missing/],
      ['trash restore --user anna', /NUMBER… is missing/],
      ['trash restore --user anna seven', /"seven" is no number; `nosocial trash list` shows the numbers/],
      ['trash purge --user anna', /give either numbers or --all/],
      ['trash purge --user anna --all 7', /give either numbers or --all/],
      ['trash purge --user anna --all', /no terminal to confirm this at; give --yes/],
      ['versions list --user anna', /PATH is missing/],
      ['versions restore a.txt 0 --user anna', /"0" is no number/],
      ['config --listen nowhere', /the configuration is not right:[^]*--listen/],
      ['serve --disk', /--disk needs a value: --disk DIR/],
    ];
    for (const [line, says] of cases) {
      it(`nosocial ${line}`, async () => {
        const { code, out, err } = await invoke(line);
        assert.match(err, says);
        assert.equal(code, 2);
        assert.equal(out, '');
      });
    }

    it('and does not repeat what may be a password', async () => {
      const { err } = await invoke('user passwd anna --password=hunter2 --pw hunter2');
      assert.doesNotMatch(err, /hunter2/);
    });
  });

  describe('explains', () => {
    for (const { name, summary } of COMMANDS) {
      it(`${name} --help`, async () => {
        const { code, out, err } = await invoke(`${name} --help`);
        assert.match(out, new RegExp(`^usage: nosocial ${name}`));
        assert.ok(out.toLowerCase().includes(summary.toLowerCase()));
        assert.deepEqual({ code, err }, { code: 0, err: '' });
        assert.equal((await invoke(`help ${name}`)).out, out);
      });
    }

    it('groups of commands', async () => {
      const { code, out } = await invoke('user --help');
      assert.match(out, /^usage: nosocial user <command>[^]*user add NAME/);
      assert.equal(code, 0);
    });

    for (const line of ['--help', '-h', 'help']) {
      it(`itself with ${line}`, async () => {
        const { code, out } = await invoke(line);
        for (const { name } of COMMANDS) assert.ok(out.includes(`  ${name}`), name);
        assert.equal(code, 0);
      });
    }

    it('nothing that there is not', async () => {
      assert.equal((await invoke('help xyzzy')).code, 2);
    });
  });

  it('tells its version', async () => {
    const { code, out } = await invoke('--version');
    assert.match(out, /^\d+\.\d+\.\d+\n$/);
    assert.equal(code, 0);
  });
});
