import type { Actor } from '../core/actor.ts';
import { listChildren, type Located } from '../core/tree.ts';
import { escapeXml } from '../http/xml/element.ts';
import type { DavContext } from './context.ts';
import { hrefOf } from './target.ts';

/** Names are what users chose: the page runs no script, loads nothing and cannot be framed. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
} as const;

/** What a browser shows for a collection: the names in it with size and time, streamed. */
export async function* listingPage(context: DavContext, actor: Actor, located: Located): AsyncGenerator<string> {
  const { prefix } = context.settings;
  const title = escapeXml(`/${located.path.segments.join('/')}`);
  let head =
    `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title></head>\n` +
    `<body>\n<h1>${title}</h1>\n<table>\n`;
  if (located.path.segments.length > 0) {
    const parent = hrefOf(prefix, { segments: located.path.segments.slice(0, -1) }, true);
    head += `<tr><td><a href="${escapeXml(parent)}">..</a></td><td></td><td></td></tr>\n`;
  }
  yield head;
  yield* listChildren(context.core, actor, located, {
    render: async (page) => ({
      rendered: page.map((entry) => row(prefix, entry)).join(''),
      taken: page.length,
    }),
  });
  yield '</table>\n</body>\n</html>\n';
}

function row(prefix: string, { path, node }: Located): string {
  const isCollection = node.kind === 'collection';
  const name = `${path.segments.at(-1) ?? ''}${isCollection ? '/' : ''}`;
  const time = new Date(node.modifiedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  const link = `<a href="${escapeXml(hrefOf(prefix, path, isCollection))}">${escapeXml(name)}</a>`;
  return `<tr><td>${link}</td><td align="right">${isCollection ? '' : node.sizeBytes}</td><td>${time}</td></tr>\n`;
}
