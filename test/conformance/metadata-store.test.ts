import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/meta/sqlite/store.ts';
import type { SqlStore } from '../../src/meta/store.ts';
import { describeMetadataStore } from './metadata-store.ts';
import type { Backend } from './metadata-store-world.ts';

async function prepareSqlite(): Promise<Backend> {
  const directory = await mkdtemp(join(tmpdir(), 'nosocial-meta-'));
  const opened: SqlStore[] = [];
  return {
    open: async (clock) => {
      const store = await openSqliteStore({ file: join(directory, 'metadata.sqlite'), clock });
      opened.push(store);
      return store;
    },
    remove: async () => {
      for (const store of opened) await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeMetadataStore('SQLite', prepareSqlite);
