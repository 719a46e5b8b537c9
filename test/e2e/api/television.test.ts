import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import type { TelevisionStatus } from '../../../src/api/contract/television-status.ts';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { film } from '../../support/media.ts';
import { Scratch } from '../../support/processes.ts';
import { TestTelevision } from '../../support/television.ts';

const PASSWORD = 'correct horse';

describeOnDatabases('the API on televisions', function (database) {
  this.timeout(60_000);
  let television: TestTelevision;
  let anna: ApiClient;

  before(async () => {
    const env = { NOSOCIAL_DLNA_NAME: 'Films at home', NOSOCIAL_DLNA_VIEWERS: '127.0.0.1=anna' };
    television = await TestTelevision.start({ database, env });
    const { server } = television;
    await server.addUser('anna', { password: PASSWORD, role: 'admin' });
    await server.addUser('ben', { password: PASSWORD });
    anna = await ApiClient.login(server.url, { name: 'anna', password: PASSWORD });
  });
  after(() => television.stop());

  async function state(): Promise<TelevisionStatus> {
    return (await anna.ok('getTelevision')).body as TelevisionStatus;
  }

  it('tells administrators where it is, what there is, and who asked for what', async () => {
    await television.dav.put('Movies/One.mp4', await film(1));
    await television.shown('One');
    await television.ask('/device.xml', { headers: { host: 'films.example' } });
    const { isOn, name, places, library, televisions, requests } = await state();
    assert.deepEqual([isOn, name, library.films, library.music, library.pictures], [true, 'Films at home', 1, 0, 0]);
    assert.deepEqual(
      places.map((place) => [place.interface, place.origin]),
      [['lo', television.origin]],
    );
    const [seen] = televisions;
    assert.deepEqual([seen?.address, seen?.userAgent, seen?.viewer], ['127.0.0.1', 'a television', 'anna']);
    assert.match(seen?.problems.join() ?? '', /Host is films\.example/);
    assert.deepEqual([requests[0]?.what, requests[0]?.status], ['GET /device.xml', 403]);
  });

  it('does not tell the links of films', async () => {
    const url = await television.addressOf('One');
    await television.ask(url);
    const [, token = ''] = /\/media\/([^/]+)\//.exec(url) ?? [];
    assert.ok(token.length > 20);
    assert.ok(!JSON.stringify(await state()).includes(token));
  });

  it('is for administrators alone', async () => {
    const ben = await ApiClient.login(television.server.url, { name: 'ben', password: PASSWORD });
    await ben.refused('getTelevision', 'forbidden');
    await new ApiClient(television.server.url).refused('getTelevision', 'not-authenticated');
  });
});

describe('the API on televisions, asked again and again', () => {
  let scratch: Scratch;
  let television: TestTelevision;

  before(async () => {
    scratch = await Scratch.create('tools');
    await mkdir(scratch.path('runs'));
    for (const program of ['ffmpeg', 'ffprobe']) {
      const script = `#!/bin/sh\nmkdir '${scratch.path('runs')}/'$$\n`;
      await writeFile(scratch.path(program), script, { mode: 0o755 });
    }
    const path = [scratch.path('.'), process.env['PATH']].join(delimiter);
    television = await TestTelevision.start({ env: { PATH: path } });
    await television.server.addUser('anna', { password: PASSWORD, role: 'admin' });
  });
  after(async () => {
    await television.stop();
    await scratch.remove();
  });

  it('does not start the programs that look into films each time, to see that they are there', async () => {
    const anna = await ApiClient.login(television.server.url, { name: 'anna', password: PASSWORD });
    for (let asked = 0; asked < 5; asked += 1) {
      const { body } = await anna.ok('getTelevision');
      assert.equal((body as TelevisionStatus).hasTools, true);
    }
    // Both of them, and both once more where it was asked while the server itself was about to see.
    const runs = await readdir(scratch.path('runs'));
    assert.ok(runs.length <= 4, `${runs.length} runs`);
  });
});
