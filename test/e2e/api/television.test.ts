import assert from 'node:assert/strict';
import type { TelevisionStatus } from '../../../src/core/ports/television-status.ts';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { film } from '../../support/media.ts';
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
