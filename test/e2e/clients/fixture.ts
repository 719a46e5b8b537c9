import { DavClient } from '../../support/dav-client.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type ServerOptions, type TestServer } from '../../support/server.ts';

/** Its password has what shells, URLs and header parsers may stumble over. */
export const ACCOUNT = { name: 'anna', password: 'p:a ss%41#word' };

/** A server with a user, a scratch folder and a client of our own that looks at what the client under test did. */
export interface Fixture {
  readonly server: TestServer;
  readonly scratch: Scratch;
  readonly dav: DavClient;
  close(): Promise<void>;
}

export async function openFixture(name: string, options: ServerOptions = {}): Promise<Fixture> {
  const scratch = await Scratch.create(name);
  const server = await startServer(options);
  await server.addUser(ACCOUNT.name, { password: ACCOUNT.password });
  const dav = new DavClient(server.davUrl, ACCOUNT);
  return {
    server,
    scratch,
    dav,
    close: async () => {
      dav.close();
      await server.stop();
      await scratch.remove();
    },
  };
}
