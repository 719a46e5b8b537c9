import { DomainError } from '../../lib/errors.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { readChain, spaceOf, type Chain } from './ancestors.ts';
import type { ChangeEntry } from './change-log.ts';

/** How often a tree may move to another space between being found and being guarded. */
const MAX_TRIES = 5;

/** A transaction that has its spaces to itself. */
export interface Guarded {
  /** The new revision of all guarded spaces; every change of this operation carries it. */
  readonly rev: number;
  /** The chains of the nodes asked for, in their order. */
  readonly chains: readonly Chain[];
  /** What is written to the change log at the end. */
  readonly changes: ChangeEntry[];
}

const REV = 'SELECT rev FROM space WHERE id = ?' as Query<{ rev: number }>;

/**
 * Raises the revision of the spaces in which `nodeIds` lie: the first write of every operation on a tree. On engines
 * with several writers this row is what keeps them apart, so it is updated before anything is decided.
 * Nodes that do not exist have an empty chain.
 */
export async function guard(tx: Transaction, nodeIds: readonly number[]): Promise<Guarded> {
  let chains = await readChains(tx, nodeIds);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const spaceIds = spacesOf(chains);
    const rev = await raise(tx, spaceIds);
    if (tx.dialect.readsStayTrue) return { rev, chains, changes: [] };
    chains = await readChains(tx, nodeIds);
    if (spacesOf(chains).every((id) => spaceIds.includes(id))) return { rev, chains, changes: [] };
  }
  throw new DomainError('busy', 'the tree is being moved about');
}

async function readChains(tx: Transaction, nodeIds: readonly number[]): Promise<Chain[]> {
  const chains: Chain[] = [];
  for (const id of nodeIds) chains.push(await readChain(tx, id));
  return chains;
}

function spacesOf(chains: readonly Chain[]): number[] {
  const ids = new Set<number>();
  for (const chain of chains) {
    const id = spaceOf(chain);
    if (id !== undefined) ids.add(id);
  }
  return [...ids].sort((a, b) => a - b);
}

/**
 * Several spaces are given the same revision, above all that either had: a collection that moves between them never
 * gets a revision, and so an etag, that it had before.
 */
async function raise(tx: Transaction, spaceIds: readonly number[]): Promise<number> {
  let rev = 0;
  for (const id of spaceIds) {
    await tx.run('UPDATE space SET rev = rev + 1 WHERE id = ?', [id]);
    rev = Math.max(rev, (await tx.get(REV, [id]))?.rev ?? 0);
  }
  if (spaceIds.length > 1) {
    for (const id of spaceIds) await tx.run('UPDATE space SET rev = ? WHERE id = ?', [rev, id]);
  }
  return rev;
}
