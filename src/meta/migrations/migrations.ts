import type { SchemaTypes } from '../dialects/dialect.ts';
import { firstSchema } from './0001-first-schema.ts';
import { compaction } from './0002-compaction.ts';
import { policies } from './0003-policies.ts';
import { sidecars } from './0004-sidecars.ts';
import { lockClients } from './0005-lock-clients.ts';

/**
 * The steps from an empty database to the present schema, in order; the schema's version is how many were taken.
 * Forward only: what was released is never edited, a change is a new step.
 */
export const MIGRATIONS: readonly ((types: SchemaTypes) => string[])[] = [
  firstSchema,
  compaction,
  policies,
  sidecars,
  lockClients,
];
