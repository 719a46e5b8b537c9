import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The folders and files of this machine that the store itself lives in, under whatever name somebody comes to them.
 * Nothing is imported from there or exported to there: a file of the database must not even be opened, since closing it
 * would take the database's locks on it away.
 */
export class OwnPlaces {
  readonly #identities: ReadonlySet<string>;

  private constructor(identities: ReadonlySet<string>) {
    this.#identities = identities;
  }

  /** Of those of `paths` that exist. */
  static async at(paths: readonly string[]): Promise<OwnPlaces> {
    const identities = new Set<string>();
    for (const path of paths) {
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      if (found) identities.add(identityOf(found));
    }
    return new OwnPlaces(identities);
  }

  /** Whether this is one of them; what lies within one is not looked at. */
  has(found: Pick<BigIntStats, 'dev' | 'ino'>): boolean {
    return this.#identities.has(identityOf(found));
  }

  /** Whether `path` is one of them or lies within one, or would. Rejects with the system's error. */
  async contains(path: string): Promise<boolean> {
    let at = await realpathOfNearest(path);
    for (;;) {
      if (this.has(await stat(at, { bigint: true }))) return true;
      const above = dirname(at);
      if (above === at) return false;
      at = above;
    }
  }
}

function identityOf({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

/** Where `path` is, or the nearest folder above it that exists. */
async function realpathOfNearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) throw error;
    return realpathOfNearest(dirname(path));
  }
}
