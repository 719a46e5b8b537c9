import type { PlaybackPosition, PlaybackPositions } from '../core/ports/playback-positions.ts';
import type { RawRow, Read } from './reads/read.ts';
import type { Engine } from './engine.ts';

const COLUMNS = 'node_id, position_ms, duration_ms, is_seen, updated_at_ms';

function decode(row: RawRow): PlaybackPosition {
  return {
    nodeId: row[0] as number,
    positionMs: row[1] as number,
    durationMs: (row[2] as number | null) ?? undefined,
    isSeen: row[3] === 1,
    updatedAtMs: row[4] as number,
  };
}

/** user id, node id */
const one: Read<PlaybackPosition> = {
  sql: `SELECT ${COLUMNS} FROM playback_position WHERE user_id = ? AND node_id = ?`,
  decode,
};

/** `nodeIds`: a condition on node ids, with its placeholders; they come after the user id */
const some = (nodeIds: string): Read<PlaybackPosition> => ({
  sql: `SELECT ${COLUMNS} FROM playback_position WHERE user_id = ? AND node_id ${nodeIds}`,
  decode,
});

/** user id, least and greatest is_seen, position from, time and node id of the last one before, limit */
const latest: Read<PlaybackPosition> = {
  sql: `SELECT ${COLUMNS} FROM playback_position
    WHERE user_id = ? AND is_seen BETWEEN ? AND ? AND position_ms >= ?
      AND updated_at_ms <= ? AND (updated_at_ms < ? OR node_id < ?)
    ORDER BY updated_at_ms DESC, node_id DESC LIMIT ?`,
  decode,
};

/** Positions of playing in SQL. */
export class SqlPlaybackPositions implements PlaybackPositions {
  readonly #open: () => Engine;

  constructor(open: () => Engine) {
    this.#open = open;
  }

  async get(userId: number, nodeId: number): Promise<PlaybackPosition | undefined> {
    return this.#open().first(one, [userId, nodeId]);
  }

  async listIn(userId: number, nodeIds: readonly number[]): Promise<PlaybackPosition[]> {
    const engine = this.#open();
    const ids = engine.dialect.oneOf(nodeIds);
    return engine.all(some(ids.sql), [userId, ...ids.params]);
  }

  async listOf(
    userId: number,
    { isSeen, fromMs, after, limit }: Parameters<PlaybackPositions['listOf']>[1],
  ): Promise<PlaybackPosition[]> {
    const { updatedAtMs, nodeId } = after ?? { updatedAtMs: Number.MAX_SAFE_INTEGER, nodeId: Number.MAX_SAFE_INTEGER };
    const seen = isSeen === undefined ? [0, 1] : [Number(isSeen), Number(isSeen)];
    return this.#open().all(latest, [userId, ...seen, fromMs, updatedAtMs, updatedAtMs, nodeId, limit]);
  }
}
