import type { DavClient } from '../../support/dav-client.ts';
import { DavServer } from '../../support/dav-server.ts';

describe('webdavclient3 3.14.6', () => {
  let server: DavServer;
  let ann: DavClient;

  before(async () => {
    server = await DavServer.start();
    ann = server.as('ann');
    await ann.makeCollection('folder');
    await ann.put('folder/file', 'x');
  });
  after(() => server.stop());

  it('copies a folder with all in it by Depth 1, which nobody else may', async () => {
    const copy = (agent: string, to: string) => ({ 'user-agent': agent, depth: '1', destination: `/dav/${to}` });
    await ann.expect(201, 'COPY', 'folder', { headers: copy('python-requests/2.28.1', 'copy') });
    await ann.expect(200, 'GET', 'copy/file');
    await ann.expect(400, 'COPY', 'folder', { headers: copy('Other/1.0', 'other') });
  });
});
