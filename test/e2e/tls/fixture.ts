import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issued } from '../../support/certificates.ts';
import { runWell } from '../../support/processes.ts';
import type { TestServer } from '../../support/server.ts';

export const ACCOUNT = { name: 'ann', password: 'correct horse' };

/** TLS on this machine only, on a port of the system's choice. */
export const HERE: NodeJS.ProcessEnv = { NOSOCIAL_TLS_LISTEN: '127.0.0.1:0' };

/** `https://127.0.0.1:PORT` from the start lines; undefined when there is none. */
export function secureUrl(server: TestServer): string | undefined {
  return /^open {4}(https:\/\/127\.0\.0\.1:\d+)\/$/m.exec(server.stdout)?.[1];
}

export async function writePair(
  folder: string,
  { certificate, key }: Issued,
): Promise<{ certificate: string; key: string }> {
  const files = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  await writeFile(files.key, key, { mode: 0o600 });
  await writeFile(files.certificate, certificate);
  return files;
}

export function filesEnv({ certificate, key }: { certificate: string; key: string }): NodeJS.ProcessEnv {
  return { ...HERE, NOSOCIAL_TLS_CERTIFICATE: certificate, NOSOCIAL_TLS_KEY: key };
}

/** The status that curl gets, which trusts `authorityFile` alone. */
export async function curlStatus(authorityFile: string, ...args: string[]): Promise<number> {
  const user = `${ACCOUNT.name}:${ACCOUNT.password}`;
  const common = ['--silent', '--show-error', '--cacert', authorityFile, '--user', user, '--max-time', '60'];
  return Number(await runWell('curl', [...common, '--output', '/dev/null', '--write-out', '%{http_code}', ...args]));
}
