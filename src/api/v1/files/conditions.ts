import type { IncomingHttpHeaders } from 'node:http';
import { NO_CONDITIONS, type Conditions } from '../../../core/core.ts';
import type { Node } from '../../../core/node.ts';
import { hasConditions, judgeConditions } from '../../../http/conditional.ts';
import { DomainError } from '../../../lib/errors.ts';

/** Of a route that changes what is there. */
export const IF_MATCH = { 'If-Match': 'Only while its `etag` is this one, in quotes.' } as const;

/**
 * The conditions of a request that changes `node` (undefined: nothing is there), RFC 9110 §13: judged now, and once more
 * with the change. Throws `precondition-failed`, `bad-request`.
 */
export function conditionsOf(headers: IncomingHttpHeaders, node: Node | undefined): Conditions {
  if (!hasConditions(headers)) return NO_CONDITIONS;
  if (judgeConditions(headers, node, { isReading: false }) === 'failed') throw changed();
  return node ? unchanged(node) : { tokens: [], expected: 'absent' };
}

/** The same of a request that says which etag it wants. Throws `precondition-failed`. */
export function conditionOn(etag: string | undefined, node: Node): Conditions {
  if (etag === undefined) return NO_CONDITIONS;
  if (etag !== node.etag) throw changed();
  return unchanged(node);
}

function unchanged({ id: nodeId, etag }: Node): Conditions {
  return { tokens: [], expected: { nodeId, etag } };
}

function changed(): DomainError {
  return new DomainError('precondition-failed', 'it is not in the state that was asked for');
}
