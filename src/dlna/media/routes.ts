import type { MediaEntry } from '../../core/ports/media-library.ts';
import type { Answer, AnswerHeaders } from '../../http/answer.ts';
import { httpDate } from '../../http/http-date.ts';
import { fileAnswer } from '../../http/send-file.ts';
import { DomainError } from '../../lib/errors.ts';
import { clientAsking } from '../clients.ts';
import type { DlnaContext, DlnaExchange } from '../context.ts';
import { refused } from '../refused.ts';
import type { Route } from '../router.ts';
import { bytesAnswer } from './bytes-answer.ts';
import { linkTo, nodeIdOf, type LinkKind } from './links.ts';
import { contentFeatures, mediaTypeFor, THUMBNAIL_FEATURES } from './protocol-info.ts';
import type { Streams } from './streams.ts';
import { readSubtitles } from './subtitles.ts';
import { readThumbnail } from './thumbnails.ts';
import { transferOf, type Transfer } from './transfer.ts';

/** Where televisions get films, music, pictures, and what belongs to them. */
export function mediaRoutes(streams: Streams): Route[] {
  const route = (path: RegExp, handler: Route['handler']): Route => ({ path, methods: ['GET'], handler });
  return [
    route(/^\/media\//, (exchange, context) => streamed(exchange, context, streams)),
    { ...route(/^\/thumbnails\//, thumbnail), isPicture: true },
    route(/^\/subtitles\//, subtitles),
  ];
}

async function streamed(exchange: DlnaExchange, context: DlnaContext, streams: Streams): Promise<Answer> {
  const { request, response, remoteAddress: address } = exchange;
  const nodeId = linkedNode(exchange, context, 'media');
  const entry = await context.library.entry(nodeId);
  if (entry.kind === 'folder') throw new DomainError('not-found', 'a folder is not played');
  const { node } = await context.library.file(nodeId);
  const transfer = transferOf(request.headers, entry.kind, clientAsking(exchange));
  if ('status' in transfer) return turnedDown(exchange, transfer);
  const contentHeaders = {
    'Content-Type': mediaTypeFor(entry, exchange.userAgent),
    ETag: `"${node.etag}"`,
    'Last-Modified': httpDate(node.modifiedAtMs),
    'Accept-Ranges': 'bytes',
    ...transfer.headers,
    // Without being asked, too: some sets offer to seek and to pause only when they see it here.
    'contentFeatures.dlna.org': contentFeatures(entry),
    ...samsungHeaders(exchange, context, entry),
  };
  const { method = '', headers } = request;
  const answer = await fileAnswer(context.core, node, { method, headers, contentHeaders, isOnePartOnly: true });
  const { body } = answer;
  const isSmall = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  return isSmall ? answer : { ...answer, body: streams.watch({ address, response }, body) };
}

async function thumbnail(exchange: DlnaExchange, context: DlnaContext): Promise<Answer> {
  const nodeId = linkedNode(exchange, context, 'thumbnails');
  const transfer = transferOf(exchange.request.headers, 'image', clientAsking(exchange));
  if ('status' in transfer) return turnedDown(exchange, transfer);
  const picture = await readThumbnail(context, exchange, nodeId);
  return bytesAnswer(picture, exchange.request.headers.range, {
    'Content-Type': 'image/jpeg',
    ...transfer.headers,
    'contentFeatures.dlna.org': THUMBNAIL_FEATURES,
  });
}

async function subtitles(exchange: DlnaExchange, context: DlnaContext): Promise<Answer> {
  const { node } = await context.library.file(linkedNode(exchange, context, 'subtitles'));
  const transfer = transferOf(exchange.request.headers, 'subtitles', clientAsking(exchange));
  if ('status' in transfer) return turnedDown(exchange, transfer);
  const text = await readSubtitles(context.core, node);
  return bytesAnswer(text, exchange.request.headers.range, { 'Content-Type': 'text/srt', ...transfer.headers });
}

/** Throws `not-found`. */
function linkedNode({ path }: DlnaExchange, context: DlnaContext, kind: LinkKind): number {
  const target = nodeIdOf(context, path);
  if (target?.kind !== kind) throw new DomainError('not-found', 'this server made no such link');
  return target.nodeId;
}

/** What Samsung's sets ask for beside a film, and look for nowhere else. */
function samsungHeaders({ request, origin }: DlnaExchange, context: DlnaContext, entry: MediaEntry): AnswerHeaders {
  const { 'getcaptioninfo.sec': asksForSubtitles, 'getmediainfo.sec': asksForLength } = request.headers;
  const subtitlesId = entry.content?.subtitlesId;
  const durationMs = entry.facts?.durationMs;
  return {
    ...(asksForSubtitles === '1' &&
      subtitlesId !== undefined && { 'CaptionInfo.sec': `${origin}${linkTo(context, 'subtitles', subtitlesId, '')}` }),
    ...(asksForLength === '1' &&
      durationMs !== undefined && { 'MediaInfo.sec': `SEC_Duration=${Math.round(durationMs)};` }),
  };
}

function turnedDown({ remark }: DlnaExchange, { status, reason }: Exclude<Transfer, { headers: object }>): Answer {
  remark(reason);
  return refused(status);
}
