import assert from 'node:assert/strict';
import { ApiClient } from '../../support/api-client.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse';
/** Of those who download: what they ask for takes a minute. */
const RATE = 500_000;
const CONTENT = new Uint8Array(60 * RATE);

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

interface Under {
  readonly rest: () => Promise<number>;
}

/** Answers that have begun when somebody loses the right to them. */
describe('downloads under way', function () {
  this.timeout(120_000);
  let server: TestServer;
  let ada: ApiClient;

  before(async () => {
    server = await startServer();
    await server.addUser('ada', { password: PASSWORD, role: 'admin' });
    ada = await signIn('ada');
    await ada.ok('uploadFile', { query: { path: '/Workspace/long.bin' }, content: CONTENT });
  });
  after(() => server.stop());

  async function signIn(name: string): Promise<ApiClient> {
    return new ApiClient(server.url, await tokenOf(name));
  }

  async function tokenOf(username: string): Promise<string> {
    return (await new ApiClient(server.url).ok('login', { body: { username, password: PASSWORD } })).body
      .token as string;
  }

  async function addSlow(name: string): Promise<void> {
    await ada.ok('createUser', { body: { name, password: PASSWORD, role: 'advanced' } });
    const { code, stderr } = await server.cli(['user', 'bandwidth', name, String(RATE)]);
    assert.equal(code, 0, stderr);
  }

  const begin = (token: string, address: string): Promise<Under> =>
    beginAt(`${server.url}/api/v1/files/${address}`, `Bearer ${token}`);

  /** Over WebDAV. */
  const mount = (name: string, password: string): Promise<Under> =>
    beginAt(`${server.davUrl}Workspace/long.bin`, basic(name, password));

  /** Begins to download; `rest` is how many bytes come before it ends, or breaks off. */
  async function beginAt(address: string, authorization: string): Promise<Under> {
    const answer = await fetch(address, { headers: { authorization } });
    assert.equal(answer.status, 200, address);
    const reader = answer.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    let bytes = (await reader.read()).value!.length;
    const rest = async (): Promise<number> => {
      for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length;
      return bytes;
    };
    return { rest };
  }

  /** A file, and what is made while it is sent. */
  const begins = (token: string): Promise<Under[]> =>
    Promise.all([begin(token, 'content?path=/Workspace/long.bin'), begin(token, 'archive?path=/Workspace/long.bin')]);

  async function assertBroken(under: readonly Under[]): Promise<void> {
    for (const { rest } of under) await assert.rejects(rest(), { name: 'TypeError', message: 'terminated' });
  }

  it('break off when the session has ended', async () => {
    await addSlow('sessile');
    const token = await tokenOf('sessile');
    const under = await begins(token);
    await new ApiClient(server.url, token).ok('logOutEverywhere');
    await assertBroken(under);
  });

  it('break off when the user was disabled', async () => {
    await addSlow('disabled');
    const under = [...(await begins(await tokenOf('disabled'))), await mount('disabled', PASSWORD)];
    await ada.ok('changeUser', { params: { name: 'disabled' }, body: { isDisabled: true } });
    await assertBroken(under);
  });

  it('break off when the app password was revoked', async () => {
    await addSlow('mobile');
    const user = await signIn('mobile');
    const { id, password } = (await user.ok('createAppPassword', { body: { name: 'phone', access: 'full' } })).body;
    const under = [...(await begins(password as string)), await mount('mobile', password as string)];
    await user.ok('deleteAppPassword', { params: { id } });
    // Its device goes on asking until it is told to wait: that says nothing good of it.
    for (let status = 0; status !== 429;) {
      status = (await fetch(server.davUrl, { headers: { authorization: basic('mobile', password as string) } })).status;
    }
    await assertBroken(under);
  });

  it('as a zip break off at what was taken away meanwhile, and hold what was deleted as it was', async () => {
    for (const folder of ['taken', 'deleted']) {
      await ada.ok('createFolder', { body: { path: `/Workspace/${folder}` } });
      await ada.ok('uploadFile', {
        query: { path: `/Workspace/${folder}/1.bin` },
        content: CONTENT.subarray(0, 2 * RATE),
      });
      await ada.ok('uploadFile', { query: { path: `/Workspace/${folder}/2.txt` }, content: 'as it was' });
      await addSlow(`reads-${folder}`);
    }
    const zips = ['taken', 'deleted'].map(async (folder) =>
      begin(await tokenOf(`reads-${folder}`), `archive?path=/Workspace/${folder}`),
    );
    const [taken, deleted] = await Promise.all(zips);
    await ada.ok('moveFile', { body: { path: '/Workspace/taken/2.txt', to: '/Mere/2.txt' } });
    await ada.ok('deleteFile', { query: { path: '/Workspace/deleted/2.txt' } });
    await Promise.all([assertBroken([taken!]), deleted!.rest().then((bytes) => assert.ok(bytes > 2 * RATE))]);
  });
});
