import * as z from 'zod';
import type { Whereabouts } from '../../../core/tree.ts';
import { DomainError } from '../../../lib/errors.ts';
import { parsePlainPath, type NodePath } from '../../../lib/node-path.ts';

const PATH = z.string().max(4096).describe('As one sees it, not encoded beyond what a query needs: `/Mere/a b.txt`.');

const ID = z.coerce.number().int().min(1);

/** The part of a query that says which file or folder is meant. */
export const WHERE_QUERY = {
  path: PATH.optional(),
  id: ID.optional().describe('In place of `path`: the same one wherever it was moved to.'),
};

/** The same in a body. */
export const WHERE_BODY = {
  path: PATH.optional(),
  id: z.number().int().min(1).optional().describe('In place of `path`: the same one wherever it was moved to.'),
};

/** The part of a query that says which files and folders are meant, each parameter as often as it takes. */
export const MANY_QUERY = {
  path: z
    .union([PATH, z.array(PATH)])
    .optional()
    .describe('May be repeated.'),
  id: z
    .union([ID, z.array(ID)])
    .optional()
    .describe('May be repeated, together with `path`, too.'),
};

/** Those of a query; the same for lists in a body. Throws `bad-name`. */
export function allWhere({ path = [], id = [] }: z.output<z.ZodObject<typeof MANY_QUERY>>): Whereabouts[] {
  return [...[path].flat().map(parsePlainPath), ...[id].flat().map((nodeId) => ({ nodeId }))];
}

/** Throws `bad-request` unless exactly one is given, `bad-name`. */
export function whereOf({ path, id }: { path?: string | undefined; id?: number | undefined }): Whereabouts {
  if (path !== undefined && id === undefined) return parsePlainPath(path);
  if (id !== undefined && path === undefined) return { nodeId: id };
  throw new DomainError('bad-request', 'say which file is meant: by path or by id, and not by both');
}

export const DESTINATION = z
  .string()
  .max(4096)
  .describe('The new path. With a slash at its end: the folder that it goes into, under the name that it has.');

/** The path that something called `name` gets. Throws `bad-name`. */
export function destinationOf(to: string, name: string): NodePath {
  const path = parsePlainPath(to);
  return path.trailingSlash ? { segments: [...path.segments, name], trailingSlash: false } : path;
}
