import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive, thisProcess } from '../../src/lib/process-identity.ts';

describe('the identity of a process', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('is alive as long as the process is', async () => {
    assert.equal(isAlive(thisProcess()), true);
    const module = JSON.stringify(new URL('../../src/lib/process-identity.ts', import.meta.url).href);
    const script = `console.log(JSON.stringify((await import(${module})).thisProcess())); setInterval(() => undefined, 1000)`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const identity = JSON.parse(line.toString()) as ReturnType<typeof thisProcess>;
    assert.equal(identity.pid, child.pid);
    assert.equal(isAlive(identity), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(isAlive(identity), false);
  });

  it('is not that of another process with the same number', () => {
    assert.equal(isAlive({ ...thisProcess(), startedAt: '1' }), false);
  });

  it('tells nothing about another machine', () => {
    assert.equal(isAlive({ ...thisProcess(), machine: 'elsewhere' }), undefined);
    assert.equal(isAlive({ ...thisProcess(), machine: undefined }), undefined);
  });
});
