import type { Suite } from 'mocha';
import { DATABASES, type DatabaseEngine, SQLITE } from '../../support/databases.ts';
import { DavClient } from '../../support/dav-client.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type ServerOptions, type TestServer } from '../../support/server.ts';

/** Its password has what shells, URLs and header parsers may stumble over. */
export const ACCOUNT = { name: 'anna', password: 'p:a ss%41#word' };

/** Where a session of a client works. */
export interface Place {
  readonly davUrl: string;
  readonly account: { readonly name: string; readonly password: string };
  /** For this session alone; removed after it. */
  readonly scratch: Scratch;
}

/** `npm run test:night` asks for it. */
export const isNight = process.env['NOSOCIAL_TEST_CLIENTS'] === 'whole';
const ENGINES: readonly DatabaseEngine[] = isNight ? DATABASES : [SQLITE];

/** A suite on SQLite, and at night on each database: what has to do with a client more than with the database. */
export function describeClient(title: string, body: (this: Suite, database: DatabaseEngine) => void): void {
  for (const database of ENGINES) {
    describe(`${title}, on ${database.name}`, function () {
      this.timeout(300_000);
      body.call(this, database);
    });
  }
}

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
