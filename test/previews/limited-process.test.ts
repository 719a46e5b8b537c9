import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { getPriority } from 'node:os';
import { text } from 'node:stream/consumers';
import { endLimited, startLimited } from '../../src/previews/limited-process.ts';
import { Scratch, until } from '../support/processes.ts';
import { isRunning } from './running.ts';

async function said(command: readonly [string, ...string[]], environment: Record<string, string> = {}) {
  const child = startLimited(command, { stdio: ['ignore', 'pipe', 'ignore'], environment, processorSeconds: 60 });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const output = await text(child.stdout!);
  return { output, ended: await ended };
}

describe('a limited process', () => {
  it('is told nothing of the environment but what it is given', async () => {
    process.env['NOSOCIAL_TEST_SECRET'] = 'hush';
    try {
      const { output } = await said(['/usr/bin/env'], { PATH: '/usr/bin', MARK: 'given' });
      const names = output
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0]!);
      assert.ok(names.includes('MARK'));
      // What a shell says of itself.
      assert.deepEqual(
        names.filter((name) => !['PATH', 'MARK', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
        [],
      );
    } finally {
      delete process.env['NOSOCIAL_TEST_SECRET'];
    }
  });

  it('writes no file', async () => {
    const scratch = await Scratch.create('limited');
    try {
      const { ended } = await said(['/bin/sh', '-c', `/bin/echo hello > ${scratch.path('file')}`]);
      assert.notEqual(ended[0], 0);
    } finally {
      await scratch.remove();
    }
  });

  it('gets no more memory than there is for it', async () => {
    const bytes = 3 * 1024 ** 3;
    const greedy = `const all = []; for (let i = 0; i < ${bytes / 2 ** 26}; i += 1) all.push(Buffer.alloc(2 ** 26, 1)); console.log('had it')`;
    const { output, ended } = await said([process.execPath, '-e', greedy]);
    assert.equal(output, '');
    assert.notEqual(ended[0], 0);
  });

  it('comes after all else, and goes first when memory is short', async () => {
    const adjusted = await said(['/bin/cat', '/proc/self/oom_score_adj']);
    assert.equal(adjusted.output.trim(), '1000');
    const child = startLimited(['/bin/cat'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      environment: {},
      processorSeconds: 60,
    });
    assert.ok(getPriority(child.pid) >= 10);
    const ended = once(child, 'close');
    child.stdin!.end();
    await ended;
  });

  it('is ended by the system when it works for too long, whoever is left', async () => {
    const child = startLimited(['/bin/sh', '-c', 'while :; do :; done'], {
      ...{ stdio: 'ignore', environment: {}, processorSeconds: 1 },
    });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    assert.match(String(signal), /^SIG(KILL|XCPU)$/);
  });

  it('is ended with all that it started, and nothing more is heard of them', async () => {
    const child = startLimited(['/bin/sh', '-c', '/bin/sleep 1000 & echo $!; wait'], {
      ...{ stdio: ['ignore', 'pipe', 'ignore'], environment: {}, processorSeconds: 60 },
    });
    const ended = once(child, 'close');
    const [inner] = (await once(child.stdout!, 'data')) as [Buffer];
    endLimited(child);
    await ended;
    await until('what it started is gone', async () => !(await isRunning(Number(String(inner)))) || undefined);
  });

  it('ends with the server, also when that is killed', async function () {
    // Without it a limit of time on the processor is all there is.
    if (!existsSync('/usr/bin/setpriv')) this.skip();
    const module = new URL('../../src/previews/limited-process.ts', import.meta.url);
    const server = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { startLimited } from ${JSON.stringify(module)};
       const child = startLimited(['/bin/sh', '-c', 'echo started; exec /bin/sleep 1000'],
         { stdio: ['ignore', 'pipe', 'ignore'], environment: {}, processorSeconds: 60 });
       child.stdout.once('data', () => console.log(child.pid));`,
    ]);
    const [said] = (await once(server.stdout, 'data')) as [Buffer];
    const pid = Number(String(said));
    assert.equal(await isRunning(pid), true);
    server.kill('SIGKILL');
    await until('it is gone as well', async () => !(await isRunning(pid)) || undefined);
  });

  it('that cannot be started says so', async () => {
    const child = startLimited(['/nowhere/program'], { stdio: 'ignore', environment: {}, processorSeconds: 60 });
    const [code] = (await once(child, 'close')) as [number | null];
    assert.notEqual(code, 0);
  });
});
