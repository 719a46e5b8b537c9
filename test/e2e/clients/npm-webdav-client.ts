import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { createClient, type WebDAVClient } from 'webdav';
import type { ClientSession, Place, Step, StockClient } from './round-trip.ts';

export const NPM_WEBDAV: StockClient = {
  title: 'npm webdav',
  open: async (place) => new NpmSession(place),
};

class NpmSession implements ClientSession {
  readonly #client: WebDAVClient;

  constructor({ davUrl, account }: Place) {
    this.#client = createClient(davUrl, { username: account.name, password: account.password });
  }

  async perform(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#perform(step);
  }

  async list(path: string): Promise<string[]> {
    const entries = await this.#client.getDirectoryContents(path);
    return entries.map((entry) => entry.basename);
  }

  async close(): Promise<void> {
    // Its connections end by themselves.
  }

  async #perform(step: Step): Promise<void> {
    const client = this.#client;
    switch (step.do) {
      case 'make-folder':
        return client.createDirectory(step.path);
      case 'upload':
        return this.#upload(step.from, step.path);
      case 'download':
        // Not by its createReadStream, which never ends when the connection does, and tells nobody.
        return writeFile(step.to, (await client.getFileContents(step.path)) as Buffer);
      case 'move':
        return client.moveFile(step.path, step.to);
      case 'copy':
        return client.copyFile(step.path, step.to);
      case 'remove':
      case 'remove-folder':
        return client.deleteFile(step.path);
    }
  }

  async #upload(from: string, path: string): Promise<void> {
    const contentLength = (await stat(from)).size;
    if (!(await this.#client.putFileContents(path, createReadStream(from), { contentLength }))) {
      throw new Error(`${path} was not written`);
    }
  }
}
