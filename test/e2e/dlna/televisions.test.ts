import assert from 'node:assert/strict';
import { linkTo } from '../../../src/dlna/media/links.ts';
import { ApiClient } from '../../support/api-client.ts';
import { openDatabase } from '../../support/database-reader.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { ANN, TestTelevision } from '../../support/television.ts';

const SAMSUNG = { userAgent: 'SEC_HHP_[TV] UE40H6400/1.0' };

describeOnDatabases('televisions', function (database) {
  this.timeout(60_000);
  let television: TestTelevision;
  before(async () => {
    television = await TestTelevision.start({ database, env: { NOSOCIAL_DLNA_VIEWERS: `127.0.0.1=${ANN.name}` } });
  });
  after(() => television.stop());

  /** What an attacker would send who knew even the secret. */
  async function forgedLink(kind: 'media' | 'thumbnails' | 'subtitles', name: string): Promise<string> {
    await using reader = await openDatabase(television.server.databaseUrl);
    const [kept] = await reader.all("SELECT value FROM setting WHERE name = 'dlnaSecret'");
    const [node] = await reader.all(`SELECT id FROM node WHERE name = '${name}'`);
    assert.ok(kept && node, name);
    return linkTo({ secret: Buffer.from(String(kept['value']), 'base64url') }, kind, Number(node['id']), name);
  }

  it('get nothing but what is in Movies, whatever they ask for', async () => {
    const { dav } = television;
    await dav.put('secret.mp4', 'a secret');
    await dav.put('secret.srt', 'a secret');
    await dav.put('Movies/shown.mp4', 'shown');
    await dav.makeCollection('Movies/folder');
    const own = await television.addressOf('shown');
    assert.equal(await forgedLink('media', 'shown.mp4'), new URL(own).pathname);
    assert.equal((await television.ask(await forgedLink('media', 'secret.mp4'))).status, 404);
    assert.equal((await television.ask(await forgedLink('subtitles', 'secret.srt'))).status, 404);
    assert.equal((await television.ask(await forgedLink('thumbnails', 'secret.mp4'))).status, 404);
    assert.equal((await television.ask(await forgedLink('media', 'folder'))).status, 404);
  });

  it('lose a film at once that is moved out of Movies or deleted, and get it back with its place', async () => {
    const { dav } = television;
    await dav.put('Movies/Wanderer.mp4', 'the film');
    await dav.put('Movies/Wanderer.srt', 'its subtitles');
    const { resources } = await television.shown('Wanderer', { isReady: (item) => item.resources.length > 1 });
    const addresses = resources.map(({ url }) => url);
    const statuses = async (): Promise<number[]> =>
      Promise.all(addresses.map(async (url) => (await television.ask(url)).status));
    const move = (from: string, to: string) =>
      dav.expect(201, 'MOVE', from, { headers: { destination: dav.urlOf(to) } });
    assert.deepEqual(await statuses(), [200, 200]);

    await move('Movies/Wanderer.mp4', 'Wanderer.mp4');
    await move('Movies/Wanderer.srt', 'Wanderer.srt');
    assert.deepEqual(await statuses(), [404, 404]);

    await dav.makeCollection('Movies/Deep');
    await move('Wanderer.mp4', 'Movies/Deep/Wanderer.mp4');
    await move('Wanderer.srt', 'Movies/Deep/Wanderer.srt');
    await television.shown('Wanderer');
    assert.deepEqual(await statuses(), [200, 200]);

    await dav.expect(204, 'DELETE', 'Movies/Deep');
    assert.deepEqual(await statuses(), [404, 404]);
  });

  it('get the new content of a film that was replaced', async () => {
    const { dav } = television;
    await dav.put('Movies/Draft.mp4', 'first');
    const address = await television.addressOf('Draft');
    await dav.put('Movies/Draft.mp4', 'second cut');
    const { headers, body } = await television.ask(address);
    assert.deepEqual([body.toString(), headers['content-length']], ['second cut', '10']);
  });

  it('and the page share where one is in a film, when it is known who watches', async () => {
    await television.dav.put('Movies/Half seen.mp4', 'a film');
    const { id } = await television.shown('Half seen');
    const api = await ApiClient.login(television.server.url, ANN);
    const query = { path: '/Movies/Half seen.mp4' };
    const position = async (): Promise<number> => {
      const answer = await api.ok('getPosition', { query });
      return (answer.body as { positionMs: number }).positionMs;
    };
    const bookmark = (seconds: number, from?: string) =>
      television.act(
        'X_SetBookmark',
        { CategoryType: 0, RID: 0, ObjectID: id, PosSecond: seconds },
        { ...SAMSUNG, ...(from !== undefined && { from }) },
      );

    await bookmark(61);
    assert.equal(await position(), 61_000);
    // Of whoever watches there nobody knows who it is.
    await bookmark(7, '127.0.0.9');
    assert.equal(await position(), 61_000);

    await api.ok('keepPosition', { query, body: { positionMs: 90_000 } });
    const metadata = async (from?: string): Promise<string> => {
      const args = { ObjectID: id, BrowseFlag: 'BrowseMetadata', Filter: '*' };
      const rest = { StartingIndex: 0, RequestedCount: 0, SortCriteria: '' };
      return television.act('Browse', { ...args, ...rest }, { ...SAMSUNG, ...(from !== undefined && { from }) });
    };
    assert.match(await metadata(), /BM=90\b/);
    assert.match(await metadata('127.0.0.9'), /BM=7\b/);
  });
});
