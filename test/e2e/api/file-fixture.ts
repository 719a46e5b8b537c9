import type { Suite } from 'mocha';
import { ApiClient } from '../../support/api-client.ts';
import { DavClient } from '../../support/dav-client.ts';
import { describeOnDatabases, type DatabaseEngine } from '../../support/databases.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const PASSWORD = 'correct horse';
const ROLES = { anna: 'advanced', bert: 'advanced', nora: 'normal', ada: 'admin' } as const;
export type Name = keyof typeof ROLES;

/** A server with users of each role. */
export class FilesServer {
  #server: TestServer | undefined;
  readonly #clients = new Map<Name, ApiClient>();

  async start(options: Parameters<typeof startServer>[0]): Promise<void> {
    this.#server = await startServer(options);
    await this.#server.addUser('ada', { password: PASSWORD, role: 'admin' });
    this.#clients.set('ada', await ApiClient.login(this.#server.url, { name: 'ada', password: PASSWORD }));
    for (const [name, role] of Object.entries(ROLES)) {
      if (name === 'ada') continue;
      await this.as('ada').ok('createUser', { body: { name, password: PASSWORD, role } });
      this.#clients.set(name as Name, await ApiClient.login(this.#server.url, { name, password: PASSWORD }));
    }
  }

  get server(): TestServer {
    if (!this.#server) throw new Error('the server has not been started');
    return this.#server;
  }

  as(name: Name): ApiClient {
    const client = this.#clients.get(name);
    if (!client) throw new Error(`${name} has not signed in`);
    return client;
  }

  dav(name: Name): DavClient {
    return new DavClient(this.server.davUrl, { name, password: PASSWORD });
  }

  /** Stores a file; gives its entry. */
  async put(name: Name, path: string, content: string | Uint8Array<ArrayBuffer> = path) {
    return (await this.as(name).ok('uploadFile', { query: { path }, content })).body;
  }

  async mkdir(name: Name, path: string) {
    return (await this.as(name).ok('createFolder', { body: { path, parents: true } })).body;
  }

  /** The bytes of a file as text. */
  async read(name: Name, path: string): Promise<string> {
    return (await this.as(name).ok('downloadFile', { query: { path } })).bytes.toString();
  }

  /** The names in a folder, in the order in which they are listed. */
  async names(name: Name, path: string, query: Record<string, string | number> = {}): Promise<string[]> {
    return (await this.as(name).all('listFiles', { query: { path, ...query } })).map((entry) => entry.name as string);
  }
}

/** A suite for each database, with a server of its own. */
export function describeFiles(
  title: string,
  body: (this: Suite, files: FilesServer, database: DatabaseEngine) => void,
): void {
  describeOnDatabases(title, function (database) {
    this.timeout(120_000);
    const files = new FilesServer();
    before(() => files.start({ database }));
    after(() => files.server.stop());
    body.call(this, files, database);
  });
}
