import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { endProcess, until } from '../../support/processes.ts';
import { AUTHORITY_ADDRESS, AUTHORITY_NAME, type Ending, type Stage } from './stage.ts';

/**
 * Caddy as an ACME authority (RFC 8555), under the name and path of Let's Encrypt, so that the Caddyfile needs no
 * other one. It asks on ports 80 and 443 of the name, as Let's Encrypt does, before it signs.
 */
export async function startAuthority(stage: Stage): Promise<Ending> {
  const { scratch, authority } = stage;
  const { certificate, key } = await stage.certify(AUTHORITY_NAME);
  const home = scratch.path('authority');
  await mkdir(home, { recursive: true });
  const file = scratch.path('authority', 'Caddyfile');
  await writeFile(
    file,
    `{
	admin off
	skip_install_trust
	auto_https off
	pki {
		ca local {
			root {
				cert ${authority.certificate}
				key ${authority.key}
			}
		}
	}
}
https://${AUTHORITY_NAME} {
	bind ${AUTHORITY_ADDRESS}
	tls ${certificate} ${key}
	rewrite /directory /acme/local/directory
	acme_server
}
`,
  );
  const child = spawn('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ending = { stop: () => endProcess(child) };
  try {
    await until('the authority answers', () => (child.exitCode === null ? canConnect() : undefined), {
      timeoutMs: 30_000,
    });
  } catch (error) {
    await ending.stop();
    throw new Error(output, { cause: error });
  }
  return ending;
}

async function canConnect(): Promise<true | undefined> {
  const { promise, resolve } = Promise.withResolvers<true | undefined>();
  const socket = connect(443, AUTHORITY_ADDRESS, () => resolve(true));
  socket.on('error', () => resolve(undefined));
  const answer = await promise;
  socket.destroy();
  return answer;
}
