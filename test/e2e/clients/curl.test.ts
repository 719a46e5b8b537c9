import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { seededBytes } from '../../support/content.ts';
import { run, runWell } from '../../support/processes.ts';
import { DIFFICULT_NAMES, hashFolder, hashRemote, writeSampleTree } from '../../support/sample-tree.ts';
import { ACCOUNT, openFixture, type Fixture } from './fixture.ts';
import { CURL } from './curl-client.ts';
import { describeRoundTrip } from './round-trip.ts';

describeRoundTrip(CURL);

describe('curl', function () {
  this.timeout(60_000);
  let fixture: Fixture;
  const curl = (...args: string[]) => {
    const credentials = `user = "${ACCOUNT.name}:${ACCOUNT.password}"\n`;
    return runWell('curl', ['-sSg', '--fail-with-body', '-K', '-', ...args], {
      env: fixture.scratch.env,
      input: credentials,
    });
  };

  before(async () => {
    fixture = await openFixture('curl');
  });
  after(() => fixture.close());

  it('uploads files of every name, and downloads them unchanged', async () => {
    const { dav, scratch } = fixture;
    const local = scratch.path('local');
    const hashes = await writeSampleTree(local, { many: 0 });
    await curl('-X', 'MKCOL', dav.urlOf('curl'));
    for (const [path, hash] of hashes) {
      if (hash === 'collection') await curl('-X', 'MKCOL', dav.urlOf(`curl/${path}`));
      else await curl('-T', `${local}/${path}`, dav.urlOf(`curl/${path}`));
    }
    assert.deepEqual(await hashRemote(dav, 'curl'), hashes);

    const back = scratch.path('back');
    for (const name of DIFFICULT_NAMES) {
      await curl('--create-dirs', '-o', `${back}/${name}`, dav.urlOf(`curl/names/${name}`));
    }
    assert.deepEqual(await hashFolder(back), await hashFolder(`${local}/names`));
  });

  it('uploads from a pipe, without a length', async () => {
    const { dav, scratch } = fixture;
    const content = seededBytes('pipe', 300_000);
    await writeFile(scratch.path('piped'), content);
    const script = `curl -sS --fail-with-body -K "$0" -T - "$1" < "$2"`;
    await writeFile(scratch.path('account'), `user = "${ACCOUNT.name}:${ACCOUNT.password}"\n`);
    await runWell('sh', ['-c', script, scratch.path('account'), dav.urlOf('piped'), scratch.path('piped')]);
    assert.ok((await dav.get('piped')).equals(content));
  });

  it('reads a range and resumes a download', async () => {
    const { dav, scratch } = fixture;
    const content = seededBytes('resume', 1_000_000);
    await dav.put('resume.bin', content);
    await curl('-r', '1000-1999', '-o', scratch.path('range'), dav.urlOf('resume.bin'));
    assert.ok((await readFile(scratch.path('range'))).equals(content.subarray(1000, 2000)));

    await writeFile(scratch.path('partial'), content.subarray(0, 400_001));
    await curl('-C', '-', '-o', scratch.path('partial'), dav.urlOf('resume.bin'));
    assert.ok((await readFile(scratch.path('partial'))).equals(content));
  });

  it('is refused when it resumes an upload, and the file stays as it was', async () => {
    const { dav, scratch } = fixture;
    await dav.put('kept.bin', 'old content');
    await writeFile(scratch.path('longer'), 'old content and more');
    const account = ['-u', `${ACCOUNT.name}:${ACCOUNT.password}`];
    const upload = ['-C', '11', '-T', scratch.path('longer'), dav.urlOf('kept.bin')];
    const { stdout } = await run('curl', ['-sS', ...account, '-o', '/dev/null', '-w', '%{http_code}', ...upload]);
    assert.equal(stdout, '400');
    assert.equal((await dav.get('kept.bin')).toString(), 'old content');
  });
});
