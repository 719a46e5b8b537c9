import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { run, runWell, type Outcome } from '../../support/processes.ts';
import { ACCOUNT } from '../clients/fixture.ts';
import { basic, PUBLIC_URL, SMALL, WRONG, type Setting } from './fixture.ts';
import type { Stage } from './stage.ts';

const LARGE_BYTES = 300 * 1024 * 1024;
const BROKEN_OFF_BYTES = 100 * 1024 * 1024 + 1;
const REFUSED_BYTES = 60 * 1024 * 1024;
/** A proxy that holds a whole file has more than twice as much. */
const MEMORY_BYTES = 140 * 1024 * 1024;

/** What takes long, and must not be gathered anywhere on its way. */
export function testTransfers(setting: () => Setting): void {
  const url = (path: string) => `${PUBLIC_URL}/dav/${path}`;
  const curl = ({ name, password }: { name: string; password: string }, ...words: string[]): Promise<Outcome> => {
    const input = `user = "${name}:${password}"\n`;
    return run('curl', ['-sSg', '-K', '-', ...words], { env: setting().stage.scratch.env, input, timeoutMs: 280_000 });
  };
  const well = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await curl(ACCOUNT, '--fail-with-body', ...words);
    assert.equal(code, 0, `${stderr}${stdout}`);
    return stdout;
  };

  it('takes 300 MB and gives them back, also after the download broke off, with bounded memory and no disk', async () => {
    const { server, proxy } = setting();
    const file = await largeFile(setting().stage);
    const version = ['-o', '/dev/null', '-w', '%{http_version} %{http_code}'];
    assert.equal(await well(...version, '-T', file, url('large')), '2 201');
    assert.equal(
      await well(...version, '--http1.1', '-H', 'Transfer-Encoding: chunked', '-T', file, url('large')),
      '1.1 204',
    );

    const back = server.scratch.path('back');
    await well('-o', back, url('large'));
    await runWell('cmp', [file, back]);

    await breakOff(url('large'), back);
    assert.equal((await stat(back)).size, BROKEN_OFF_BYTES);
    await well('-C', '-', '-o', back, url('large'));
    await runWell('cmp', [file, back]);
    const peak = await proxy.peakMemoryBytes();
    assert.ok(peak < MEMORY_BYTES, `${peak}`);
  });

  for (const version of ['--http1.1', '--http2']) {
    it(`hands on why an upload is refused that nobody announced, ${version.slice(2)}`, async () => {
      const { server, dav } = setting();
      const file = server.scratch.path('refused');
      await writeFile(file, Buffer.alloc(REFUSED_BYTES));
      const upload = ['-H', 'Expect:', version, '-o', '/dev/null', '-w', '%{http_code}', '-T', file, url('refused')];
      for (let time = 0; time < 3; time++) {
        assert.equal((await curl(WRONG, ...upload)).stdout, '401');
        assert.equal((await curl(SMALL, ...upload)).stdout, '507');
      }
      await dav.expect(404, 'GET', 'refused');
    });
  }
}

/** Downloads the beginning of a file, and then the connection is gone. */
async function breakOff(url: string, to: string): Promise<void> {
  const outgoing = request(url, { agent: false, headers: { authorization: basic(ACCOUNT) } });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [AsyncIterable<Buffer>];
  const file = await open(to, 'w');
  let missing = BROKEN_OFF_BYTES;
  for await (const chunk of response) {
    await file.write(chunk.subarray(0, missing));
    missing -= Math.min(missing, chunk.length);
    if (missing === 0) break;
  }
  outgoing.destroy();
  await file.close();
}

/** Made once for all proxies. */
async function largeFile({ scratch }: Stage): Promise<string> {
  const file = scratch.path('large');
  if (!existsSync(file)) await runWell('sh', ['-c', `head -c ${LARGE_BYTES} /dev/urandom > "$1"`, 'sh', file]);
  return file;
}
