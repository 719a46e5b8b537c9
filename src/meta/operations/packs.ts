import { DomainError } from '../../lib/errors.ts';
import type { OperationArgs, OperationResult } from '../../core/ports/operations.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { addToPack, takeFromPack } from './content.ts';
import { assertDisk } from './disks.ts';

/** Throws `not-found` without such a disk. */
export async function openPack(tx: Transaction, args: OperationArgs<'openPack'>): Promise<OperationResult<'openPack'>> {
  await assertDisk(tx, args.diskId);
  const { lastInsertId: packId } = await tx.run(
    `INSERT INTO pack (disk_id, name, is_sealed, length_bytes, live_bytes, created_at_ms)
       VALUES (?, ?, 0, 0, 0, ?)`,
    [args.diskId, args.name, args.nowMs],
  );
  return { packId };
}

/** Pieces that were appended before may be committed later: the length never falls below where the last one ends. */
export async function sealPack(tx: Transaction, { packId, lengthBytes }: OperationArgs<'sealPack'>): Promise<void> {
  const { changes } = await tx.run(
    `UPDATE pack SET is_sealed = 1, length_bytes = CASE WHEN length_bytes < ? THEN ? ELSE length_bytes END
       WHERE id = ?`,
    [lengthBytes, lengthBytes, packId],
  );
  if (changes === 0) throw new DomainError('not-found', `there is no pack ${packId}`);
}

interface PackState {
  isSealed: number;
  liveCount: number;
  condemnedAtMs: number | null;
}

const PACK = `SELECT is_sealed AS isSealed, live_count AS liveCount, condemned_at_ms AS condemnedAtMs
  FROM pack WHERE id = ?` as Query<PackState>;
const IN_PACK = 'SELECT 1 AS found FROM blob_copy WHERE pack_id = ? LIMIT 1';
/** Takes hold of a pack on every engine: what refers to it waits. */
const HOLD = 'UPDATE pack SET live_count = live_count WHERE id = ?';

/** From now on nothing can be committed into the pack. Nothing to do for one that is condemned, or gone. */
export async function condemnPack(tx: Transaction, { packId, nowMs }: OperationArgs<'condemnPack'>): Promise<void> {
  await tx.run(HOLD, [packId]);
  const pack = await tx.get(PACK, [packId]);
  if (pack?.condemnedAtMs !== null) return;
  const isUsed = pack.liveCount > 0 || (await tx.get(IN_PACK, [packId])) !== undefined;
  if (pack.isSealed === 0 || isUsed) throw new DomainError('refused', 'the pack is still in use');
  await tx.run('UPDATE pack SET condemned_at_ms = ? WHERE id = ?', [nowMs, packId]);
}

/** Done with a pack that is gone already. */
export async function removePack(tx: Transaction, { packId }: OperationArgs<'removePack'>): Promise<void> {
  const pack = await tx.get(PACK, [packId]);
  if (pack === undefined) return;
  if (pack.condemnedAtMs === null) throw new DomainError('refused', 'the pack is still in use');
  await tx.run('DELETE FROM pack WHERE id = ?', [packId]);
}

const COPY = `SELECT 1 AS found FROM blob_copy
  WHERE blob_id = ? AND disk_id = ? AND pack_id = ? AND offset_bytes = ?`;

/** A piece that is not where it was thought to be has been forgotten meanwhile, and stays so. */
export async function relocateBlobs(
  tx: Transaction,
  { moves }: OperationArgs<'relocateBlobs'>,
): Promise<OperationResult<'relocateBlobs'>> {
  let moved = 0;
  for (const { from, to } of moves) {
    if (from.packId === undefined || to.packId === undefined) continue;
    const { packId } = from;
    await tx.run(HOLD, [packId]);
    const place = [from.blobId, from.diskId, packId, from.offsetBytes];
    if ((await tx.get(COPY, place)) === undefined) continue;
    await addToPack(tx, { packId: to.packId, offsetBytes: to.offsetBytes, sizeBytes: to.sizeBytes });
    await tx.run('UPDATE blob_copy SET pack_id = ?, offset_bytes = ? WHERE blob_id = ? AND disk_id = ?', [
      to.packId,
      to.offsetBytes,
      from.blobId,
      from.diskId,
    ]);
    await takeFromPack(tx, { packId, pieces: 1, sizeBytes: from.sizeBytes });
    moved += 1;
  }
  return { moved };
}
