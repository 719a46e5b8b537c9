import type { SchemaTypes } from '../dialects/dialect.ts';

/** Whose lock it is, for people who want to see it end. */
export function lockClients({ bytes }: SchemaTypes): string[] {
  return [
    `ALTER TABLE dav_lock ADD COLUMN client_agent ${bytes(255)} NOT NULL DEFAULT ''`,
    `ALTER TABLE dav_lock ADD COLUMN client_address ${bytes(64)} NOT NULL DEFAULT ''`,
  ];
}
