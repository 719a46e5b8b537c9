import { parseEntityTags, type EntityTag } from '../../http/conditional.ts';
import { DomainError } from '../../lib/errors.ts';

/** One condition: the state it names holds, or with `not` does not hold. */
export type IfCondition = { readonly not: boolean } & ({ readonly token: string } | { readonly etag: EntityTag });

/** Conditions that must hold together. */
export interface IfList {
  /** The URI of the resource that is meant; undefined: the one that the request is for. */
  readonly resource: string | undefined;
  readonly conditions: readonly IfCondition[];
}

/** Each piece of the header, after optional white space. */
const PIECE =
  /[\t ]*(?:(?<open>\()|(?<close>\))|(?<not>not)(?=[\t <[])|<(?<uri>[^<>\s]+)>|\[[\t ]*(?<etag>(?:W\/)?"[^"]*")[\t ]*\])/giy;

interface Piece {
  readonly kind: 'open' | 'close' | 'not' | 'uri' | 'etag';
  readonly text: string;
}

/**
 * Reads `If`, RFC 4918 §10.4.2: lists that all name their resource, or none of them. It holds when any of them does.
 * Throws `bad-request`.
 */
export function parseIf(header: string): IfList[] {
  const pieces = readPieces(header);
  const lists: IfList[] = [];
  const isTagged = pieces[0]?.kind === 'uri';
  let resource: string | undefined;
  let listsOfResource = 0;

  let at = 0;
  while (at < pieces.length) {
    const piece = pieces[at];
    if (piece?.kind === 'uri' && isTagged) {
      if (resource !== undefined && listsOfResource === 0) malformed();
      resource = piece.text;
      listsOfResource = 0;
      at++;
    } else if (piece?.kind === 'open') {
      const end = pieces.findIndex((candidate, index) => index > at && candidate.kind === 'close');
      if (end < 0) malformed();
      lists.push({ resource, conditions: readConditions(pieces.slice(at + 1, end)) });
      listsOfResource++;
      at = end + 1;
    } else {
      malformed();
    }
  }
  if (listsOfResource === 0) malformed();
  return lists;
}

/** All state tokens in the header: naming one, even after `Not`, submits it (RFC 4918 §10.4.1). */
export function submittedTokens(lists: readonly IfList[]): string[] {
  const tokens = lists.flatMap(({ conditions }) =>
    conditions.flatMap((condition) => ('token' in condition ? [condition.token] : [])),
  );
  return [...new Set(tokens)];
}

function readPieces(header: string): Piece[] {
  const text = header.trim();
  const pieces: Piece[] = [];
  const pattern = new RegExp(PIECE);
  while (pattern.lastIndex < text.length) {
    const groups: Partial<Record<string, string>> = pattern.exec(text)?.groups ?? malformed();
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined) ?? malformed();
    pieces.push({ kind: kind as Piece['kind'], text: found ?? '' });
  }
  return pieces;
}

function readConditions(pieces: readonly Piece[]): IfCondition[] {
  const conditions: IfCondition[] = [];
  let not = false;
  for (const { kind, text } of pieces) {
    if (kind === 'not' && !not) {
      not = true;
      continue;
    }
    if (kind === 'uri') conditions.push({ not, token: text });
    else if (kind === 'etag') conditions.push({ not, etag: oneEntityTag(text) });
    else malformed();
    not = false;
  }
  if (not || conditions.length === 0) malformed();
  return conditions;
}

function oneEntityTag(text: string): EntityTag {
  const [tag, other] = parseEntityTags(text);
  if (!tag || other) malformed();
  return tag;
}

function malformed(): never {
  throw new DomainError('bad-request', 'the If header is malformed');
}
