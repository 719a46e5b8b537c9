import { Agent, request } from 'node:http';
import type { PageWorld } from '../../support/web-page.ts';

const AT_ONCE = 24;

/** Puts `count` files of some bytes into a new folder of the user's home. */
export async function fillFolder(world: PageWorld, user: string, folder: string, count: number): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${user}:${world.passwordOf(user)}`).toString('base64')}`;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const send = (method: string, path: string, body = ''): Promise<void> =>
    new Promise((resolve, reject) => {
      const url = `${world.server.davUrl}${path}`;
      const headers = { authorization, 'content-length': Buffer.byteLength(body) };
      request(url, { method, agent, headers }, (response) => {
        response.resume().on('end', resolve);
        if ((response.statusCode ?? 500) >= 300) reject(new Error(`${method} ${path}: ${response.statusCode}`));
      })
        .on('error', reject)
        .end(body);
    });
  await send('MKCOL', folder);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      await send('PUT', `${folder}/document ${number}.txt`, `number ${number}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  agent.destroy();
}
