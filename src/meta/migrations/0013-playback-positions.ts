import type { SchemaTypes } from '../dialects/dialect.ts';

/** How far each user has seen or heard each file. */
export function playbackPositions({ integer, clustered }: SchemaTypes): string[] {
  return [
    // duration_ms: NULL where the player did not know. updated_at_ms: when it was played.
    `CREATE TABLE playback_position (
      user_id ${integer} NOT NULL,
      node_id ${integer} NOT NULL,
      position_ms ${integer} NOT NULL,
      duration_ms ${integer},
      is_seen ${integer} NOT NULL,
      updated_at_ms ${integer} NOT NULL,
      PRIMARY KEY (user_id, node_id)
    ) ${clustered}`,
    'CREATE INDEX playback_position_by_time ON playback_position (user_id, updated_at_ms, node_id)',
    'CREATE INDEX playback_position_by_node ON playback_position (node_id)',
  ];
}
