import { createServer } from 'node:net';
import type { Config } from '../../config/load.ts';
import { formatListen } from '../../config/describe.ts';
import type { Holder } from '../data-lock.ts';
import { fail, ok, reasonOf, type Finding } from './finding.ts';

const SUBJECT = 'port';
const ANSWER_TIMEOUT_MS = 5000;

/** The address is ours already, or free to take. */
export async function checkPort(config: Config, server: Holder | undefined): Promise<Finding> {
  if (server?.url !== undefined) return checkAnswer(server.url);
  const address = formatListen(config.listen);
  const problem = await tryListen(config.listen);
  if (problem === undefined) return ok(SUBJECT, `${address} is free`);
  if (problem === 'EADDRINUSE') {
    return fail(
      SUBJECT,
      `${address} is in use by another program`,
      'stop that, or choose another with --listen HOST:PORT',
    );
  }
  if (problem === 'EACCES') {
    const advice =
      'ports below 1024 are for root; choose a higher one with --listen, behind a reverse proxy if need be';
    return fail(SUBJECT, `${address} may not be used`, advice);
  }
  return fail(
    SUBJECT,
    `${address} cannot be used (${problem})`,
    'choose an address of this machine with --listen HOST:PORT',
  );
}

async function checkAnswer(url: string): Promise<Finding> {
  try {
    const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (status === 200) return ok(SUBJECT, `the server answers at ${url}`);
    return fail(SUBJECT, `the server answers at ${url} with ${status}`, "look into the server's log");
  } catch (error) {
    return fail(
      SUBJECT,
      `the server does not answer at ${url}: ${reasonOf(error)}`,
      "look into the server's log; restart it",
    );
  }
}

/** The error code of an attempt to listen; undefined when it works. */
async function tryListen({ host, port }: Config['listen']): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
