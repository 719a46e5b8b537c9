import type { SchemaTypes } from '../dialects/dialect.ts';

/** From where users logged in before. */
export function knownClients({ integer, bytes, clustered }: SchemaTypes): string[] {
  return [
    // client_hash: an HMAC of the user and the network, in hex; its key is not in the database.
    `CREATE TABLE known_client (
      user_id ${integer} NOT NULL,
      client_hash ${bytes(64)} NOT NULL,
      noted_at_ms ${integer} NOT NULL,
      PRIMARY KEY (user_id, client_hash)
    ) ${clustered}`,
  ];
}
