import type { SchemaTypes } from '../dialects/dialect.ts';
import { firstSchema } from './0001-first-schema.ts';
import { compaction } from './0002-compaction.ts';
import { policies } from './0003-policies.ts';
import { sidecars } from './0004-sidecars.ts';
import { lockClients } from './0005-lock-clients.ts';
import { sessions } from './0006-sessions.ts';
import { appPasswords } from './0007-app-passwords.ts';
import { registration } from './0008-registration.ts';
import { folderRules } from './0009-folder-rules.ts';
import { resumableUploads } from './0010-resumable-uploads.ts';
import { search } from './0011-search.ts';
import { activity } from './0012-activity.ts';
import { playbackPositions } from './0013-playback-positions.ts';
import { mediaLibrary } from './0014-media-library.ts';
import { knownClients } from './0015-known-clients.ts';
import { libraryAnew } from './0016-library-anew.ts';

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
  sessions,
  appPasswords,
  registration,
  folderRules,
  resumableUploads,
  search,
  activity,
  playbackPositions,
  mediaLibrary,
  knownClients,
  libraryAnew,
];
