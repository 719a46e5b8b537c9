import { Connection } from './connection.ts';
import type { MysqlServer } from './server-options.ts';
import type { ServerFacts } from './session.ts';

const TIMEOUT_MS = 5000;

export interface InspectedHost {
  /** `HOST:PORT` */
  readonly place: string;
  /** Undefined when it does not answer as it should. */
  readonly facts: (ServerFacts & { readonly answerMs: number; readonly isEncrypted: boolean }) | undefined;
  readonly problem: string | undefined;
}

/** How each host of a database is doing. Changes nothing. */
export async function inspectHosts(server: MysqlServer): Promise<InspectedHost[]> {
  const hosts: InspectedHost[] = [];
  for (const host of server.hosts) hosts.push(await inspect(server, host));
  return hosts;
}

async function inspect(server: MysqlServer, host: MysqlServer['hosts'][number]): Promise<InspectedHost> {
  const place = `${host.host}:${host.port}`;
  try {
    const connection = await Connection.open(server, host, TIMEOUT_MS);
    const startedAt = performance.now();
    const [row] = await connection.rows("SHOW STATUS LIKE 'Ssl_cipher'");
    const answerMs = performance.now() - startedAt;
    await connection.close();
    return { place, facts: { ...connection.facts, answerMs, isEncrypted: Boolean(row?.[1]) }, problem: undefined };
  } catch (error) {
    return { place, facts: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
