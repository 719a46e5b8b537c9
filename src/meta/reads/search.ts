import type { NamedNode, RenamedNode, SearchSegment, StoredPosting } from '../../core/ports/search.ts';
import type { Node } from '../../core/node.ts';
import { decodeNode, NODE_COLUMNS } from './nodes.ts';
import type { Read } from './read.ts';

export const segmentsInUse: Read<SearchSegment> = {
  sql: "SELECT id, up_to_node_id, node_count FROM search_segment WHERE state = 'current' ORDER BY id",
  decode: (row) => ({ id: row[0] as number, upToNodeId: row[1] as number, nodeCount: row[2] as number }),
};

/** before */
export const segmentsLeftOver: Read<number> = {
  sql: `SELECT id FROM search_segment WHERE state = 'building' OR (state = 'replaced' AND changed_at_ms < ?)
    ORDER BY id`,
  decode: (row) => row[0] as number,
};

/** Conditions with their placeholders, one after the other. */
interface PostingConditions {
  readonly segments: string;
  readonly spaces: string;
}

function postingsWhere({ segments, spaces }: PostingConditions, gram: string): Read<StoredPosting> {
  return {
    sql: `SELECT segment_id, space_id, gram, node_ids FROM search_posting
      WHERE segment_id ${segments} AND space_id ${spaces} AND ${gram}`,
    decode: (row) => ({
      segmentId: row[0] as number,
      spaceId: row[1] as number,
      gram: row[2] as string,
      nodeIds: row[3] as string,
    }),
  };
}

export function postingsOf(conditions: PostingConditions, grams: string): Read<StoredPosting> {
  return postingsWhere(conditions, `gram ${grams}`);
}

/** Then the first gram and the end, which is left out. */
export function postingsBetween(conditions: PostingConditions): Read<StoredPosting> {
  return postingsWhere(conditions, 'gram >= ? AND gram < ?');
}

/** `spaces`: a condition with its placeholders; they come after the id before, and then the limit */
export function namesAfter(spaces: string | undefined): Read<NamedNode> {
  const inSpaces = spaces === undefined ? '' : `AND space_id ${spaces}`;
  return {
    sql: `SELECT id, space_id, name FROM node WHERE id > ? ${inSpaces} ORDER BY id LIMIT ?`,
    decode: (row) => ({ id: row[0] as number, spaceId: row[1] as number, name: row[2] as string }),
  };
}

/** `spaces`: a condition with its placeholders; they come after the serial before, and then the limit */
export function renamedAfter(spaces: string | undefined): Read<RenamedNode> {
  const inSpaces = spaces === undefined ? '' : `AND n.space_id ${spaces}`;
  return {
    sql: `SELECT n.id, n.space_id, n.name, r.id FROM search_renamed r CROSS JOIN node n ON n.id = r.node_id
      WHERE r.id > ? ${inSpaces} ORDER BY r.id LIMIT ?`,
    decode: (row) => ({
      id: row[0] as number,
      spaceId: row[1] as number,
      name: row[2] as string,
      serial: row[3] as number,
    }),
  };
}

export const renamedCount: Read<{ count: number; lastSerial: number }> = {
  sql: 'SELECT COUNT(*), MAX(id) FROM search_renamed',
  decode: (row) => ({ count: Number(row[0]), lastSerial: Number(row[1] ?? 0) }),
};

/** the gram that all have, segment id; from the spaces, of which there are far fewer than of grams */
export const indexedIn: Read<string> = {
  sql: `SELECT p.node_ids FROM space s CROSS JOIN search_posting p ON p.space_id = s.id
    WHERE p.gram = ? AND p.segment_id = ?`,
  decode: (row) => row[0] as string,
};

/** `ids`: a condition with its placeholders */
export function nodesOf(ids: string): Read<Node> {
  return { sql: `SELECT ${NODE_COLUMNS} FROM node n WHERE n.id ${ids}`, decode: decodeNode };
}

export const lastNodeId: Read<number> = {
  sql: 'SELECT MAX(id) FROM node',
  decode: (row) => Number(row[0] ?? 0),
};
