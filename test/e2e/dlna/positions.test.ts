import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { describeOnDatabases } from '../../support/databases.ts';
import { ANN, TestTelevision } from '../../support/television.ts';

const SAMSUNG = { userAgent: 'SEC_HHP_[TV] UE40H6400/1.0' };

describeOnDatabases('where one is in a film', function (database) {
  this.timeout(60_000);
  let television: TestTelevision;
  before(async () => {
    television = await TestTelevision.start({ database, env: { NOSOCIAL_DLNA_VIEWERS: `127.0.0.1=${ANN.name}` } });
  });
  after(() => television.stop());

  it('is known to the page of who watches, and to the television', async () => {
    await television.dav.put('Movies/Film.mp4', 'a film');
    const { id } = await television.shown('Film');
    const api = await ApiClient.login(television.server.url, ANN);
    const query = { path: '/Movies/Film.mp4' };
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
