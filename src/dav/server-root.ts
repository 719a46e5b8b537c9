import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Located } from '../core/tree.ts';
import { find } from '../core/tree.ts';
import type { Answer } from '../http/answer.ts';
import { requestBody } from '../http/request-body.ts';
import { respond } from '../http/respond.ts';
import { DomainError } from '../lib/errors.ts';
import { ROOT_PATH } from '../lib/node-path.ts';
import type { DavHandler } from './handler.ts';
import { errorResponse } from './errors.ts';
import { parseDepth } from './headers/depth.ts';
import { multistatus } from './multistatus.ts';
import { options } from './methods/options.ts';
import { isWindowsRedirector } from './quirks/windows.ts';
import type { DavContext } from './context.ts';
import { headerOf, XML_TYPE } from './request.ts';
import { readXmlBody } from './xml/body.ts';
import { WriterCache } from './writer-cache.ts';

const ALLOW_ELSEWHERE = 'GET, HEAD, OPTIONS';

/**
 * Answers OPTIONS and PROPFIND on `/`, where Windows looks before it mounts a folder below. To nobody else is there
 * WebDAV on `/`: gvfs would mount the highest collection that has it.
 */
export function createServerRootHandler(context: DavContext): DavHandler {
  const writers = new WriterCache();
  return async (request, response) => {
    const exchange = { request, response, body: requestBody(request, response) };
    try {
      await respond(exchange, await rootAnswer(context, writers, exchange));
    } catch (error) {
      const failure = { request, response, actor: undefined, href: '/' };
      const answer = await errorResponse(context, error, failure);
      if (response.headersSent) response.destroy();
      else if (answer) await respond(exchange, answer);
    }
  };
}

interface RootExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: ReturnType<typeof requestBody>;
}

async function rootAnswer(context: DavContext, writers: WriterCache, exchange: RootExchange): Promise<Answer> {
  const { request, body } = exchange;
  const isWindows = isWindowsRedirector(request.headers['user-agent']);
  if (request.method === 'OPTIONS') return isWindows ? options() : { status: 200, headers: { Allow: ALLOW_ELSEWHERE } };
  if (request.method !== 'PROPFIND' || !isWindows) return { status: 405, headers: { Allow: ALLOW_ELSEWHERE } };

  const actor = await context.authenticate(request);
  const depth = parseDepth(headerOf(request.headers, 'depth'), ['0', '1', 'infinity'], 'infinity');
  if (depth === 'infinity') throw new DomainError('depth-refused', 'PROPFIND with infinite depth is turned off');
  const writer = writers.get(await readXmlBody(body, request.headers));
  const { found } = await find(context.core, actor, ROOT_PATH);
  if (!found) throw new DomainError('not-found', 'there is nothing here');
  const view = { actor, nowMs: context.core.clock.nowMs() };
  const scene = { view, inheritedLocks: '', ownLocks: new Map(), quota: undefined, expiry: undefined };
  const entries: [Located, string][] = [[found, '/']];
  if (depth === '1') entries.push([found, `${context.settings.prefix}/`]);
  const responses = entries.map(([located, href]) => writer.write(located, href, scene, undefined));
  return { status: 207, headers: { 'Content-Type': XML_TYPE }, body: multistatus(responses.join('')) };
}
