import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DavClient } from '../../support/dav-client.ts';
import { until } from '../../support/processes.ts';
import { startServer, type ServerOptions, type TestServer } from '../../support/server.ts';
import { checkStore } from '../../support/store-check.ts';
import type { DiskView, UserView } from '../../../src/app/requests.ts';

export const ACCOUNT = { name: 'faults', password: 'a:colon:secret' };

/** A server with one user, and what the tests of faults look at. */
export class Faulty {
  readonly server: TestServer;
  readonly dav: DavClient;

  private constructor(server: TestServer) {
    this.server = server;
    this.dav = new DavClient(server.davUrl, ACCOUNT, 64);
  }

  static async open(options: ServerOptions & { quota?: string } = {}): Promise<Faulty> {
    const { quota, ...serverOptions } = options;
    const server = await startServer(serverOptions);
    try {
      await server.addUser(ACCOUNT.name, { password: ACCOUNT.password, ...(quota && { quota }) });
      return new Faulty(server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.dav.close();
    await this.server.stop();
  }

  /** The same, having made sure that the store is all right. */
  async closeChecked(): Promise<void> {
    try {
      await this.server.end();
      assert.deepEqual(await checkStore(this.server.databaseUrl), []);
    } finally {
      await this.close();
    }
  }

  async user(): Promise<UserView> {
    return (await this.#json(['user', 'show', ACCOUNT.name, '--json'])) as UserView;
  }

  async disks(): Promise<DiskView[]> {
    return (await this.#json(['disk', 'list', '--json'])) as DiskView[];
  }

  async #json(args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.server.cli(args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Waits until nothing of an upload is left: neither its promise of quota nor its bytes on `disk`. */
  async nothingUnderWay(disk = join(this.server.dataFolder, 'disk')): Promise<void> {
    await until('temporary files are gone', async () => {
      const files = existsSync(join(disk, 'tmp')) ? await readdir(join(disk, 'tmp')) : [];
      return files.length === 0 ? true : undefined;
    });
    await until('promises are taken back', async () => ((await this.user()).reservedBytes === 0 ? true : undefined));
  }

  /** What the server has open below `folder`; with its connections and all else without one. */
  async openFiles(folder = ''): Promise<string[]> {
    const descriptors = `/proc/${this.server.pid}/fd`;
    const targets = await Promise.all(
      (await readdir(descriptors)).map((fd) => readlink(join(descriptors, fd)).catch(() => '')),
    );
    return targets.filter((target) => target.startsWith(folder)).sort();
  }

  /** The head of a request that is sent by hand, without the empty line at its end. */
  head(line: string, ...headers: string[]): string {
    const { host } = new URL(this.server.url);
    return [line, `Host: ${host}`, `Authorization: ${this.dav.authorization}`, ...headers].join('\r\n');
  }
}
