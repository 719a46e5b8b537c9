import { DavClient } from '../../support/dav-client.ts';
import type { DatabaseEngine } from '../../support/databases.ts';
import { Scratch } from '../../support/processes.ts';
import { startServer, type NewTestUser, type TestServer } from '../../support/server.ts';
import { ACCOUNT, type Place } from './fixture.ts';

/** How many entries the folder has that every client lists. */
export const ENTRIES = 10_000;
/** That folder, which every user sees. */
export const MANY = 'Workspace/ten thousand';
/** Its names, in order. */
export const MANY_NAMES = Array.from({ length: ENTRIES }, (_, index) => `entry ${String(index).padStart(5, '0')}.txt`);

const WRITERS = 16;
const LIBRARIAN = { name: 'librarian', password: 'librarian-secret' };

const servers = new Map<DatabaseEngine, Promise<TestServer>>();
const filled = new Map<DatabaseEngine, Promise<void>>();

after(async () => {
  for (const server of servers.values()) await (await server).stop();
});

/** One server on each database for all clients of a run, each of which has a user of its own there. */
export function sharedServer(database: DatabaseEngine): Promise<TestServer> {
  const running = servers.get(database) ?? startServer({ database });
  servers.set(database, running);
  return running;
}

/** A user of that server, with a folder of its own here and a client of ours that looks at what others did. */
export interface Visit extends Place {
  readonly dav: DavClient;
  close(): Promise<void>;
}

/** Each name once in a run. */
export async function visit(
  database: DatabaseEngine,
  name: string,
  { password = ACCOUNT.password, quota = '100GB' }: Partial<NewTestUser> = {},
): Promise<Visit> {
  const server = await sharedServer(database);
  await server.addUser(name, { password, quota });
  const scratch = await Scratch.create(name);
  const account = { name, password };
  const dav = new DavClient(server.davUrl, account);
  const close = async (): Promise<void> => {
    dav.close();
    await scratch.remove();
  };
  return { davUrl: server.davUrl, account, scratch, dav, close };
}

/** Resolves when that server has the folder `MANY`. */
export function haveManyEntries(database: DatabaseEngine): Promise<void> {
  const filling = filled.get(database) ?? fill(database);
  filled.set(database, filling);
  return filling;
}

async function fill(database: DatabaseEngine): Promise<void> {
  const server = await sharedServer(database);
  await server.addUser(LIBRARIAN.name, { password: LIBRARIAN.password });
  const dav = new DavClient(server.davUrl, LIBRARIAN);
  await dav.makeCollection(MANY);
  const left = [...MANY_NAMES];
  const write = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await dav.put(`${MANY}/${name}`, name);
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  dav.close();
}
