import type { MediaContent, MediaEntry } from '../../core/ports/media-library.ts';
import { isoDate } from '../../http/http-date.ts';
import { escapeXml } from '../../http/xml/element.ts';
import { clientAsking, countsMilliseconds } from '../clients.ts';
import { linkTo } from '../media/links.ts';
import { protocolInfo, THUMBNAIL_FEATURES } from '../media/protocol-info.ts';
import { albumArt } from './album-art.ts';
import { OBJECT_CLASSES } from './object-class.ts';
import type { ShownItem } from './shown.ts';
import type { DidlWish } from './wish.ts';

export function itemXml({ id, parentId, refId, entry }: ShownItem, wish: DidlWish): string {
  const reference = refId !== undefined && wish.filter.wants('@refID') ? ` refID="${refId}"` : '';
  return (
    `<item id="${id}" parentID="${parentId}"${reference} restricted="1">` +
    `<dc:title>${escapeXml(titleFor(entry, wish))}</dc:title><upnp:class>${OBJECT_CLASSES[entry.kind]}</upnp:class>` +
    `${described(entry, wish)}${cover(entry, wish)}${bookmark(entry, wish)}${resources(entry, wish)}</item>`
  );
}

/** LG's sets leave subtitles aside unless there is a dot in the title (minidlna). */
function titleFor({ title, content }: MediaEntry, { exchange }: DidlWish): string {
  const needsDot = content?.subtitlesId !== undefined && clientAsking(exchange) === 'lg' && !title.includes('.');
  return needsDot ? `${title}.` : title;
}

function described({ kind, year, modifiedAtMs, facts }: MediaEntry, { filter }: DidlWish): string {
  const property = (name: string, value: string | number | undefined): string =>
    value === undefined || !filter.wants(name) ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
  const date = year === undefined ? undefined : `${String(year).padStart(4, '0')}-01-01`;
  const artist =
    property('dc:creator', facts?.artist) + (kind === 'audio' ? property('upnp:artist', facts?.artist) : '');
  return (
    property('dc:date', date ?? (kind === 'image' ? isoDate(modifiedAtMs).slice(0, -1) : undefined)) +
    artist +
    property('upnp:album', facts?.album) +
    property('upnp:genre', facts?.genre) +
    (kind === 'audio' ? property('upnp:originalTrackNumber', facts?.track) : '')
  );
}

/** A film and a picture have one at any rate; music, where there is something to be seen. */
function cover({ nodeId, kind, content }: MediaEntry, wish: DidlWish): string {
  return kind === 'audio' && content?.coverId === undefined ? '' : albumArt(nodeId, wish);
}

/** Where Samsung's sets offer to go on. Commas end what stands for the folder. */
function bookmark({ nodeId, kind, title }: MediaEntry, { positions, exchange }: DidlWish): string {
  if (kind !== 'video' || positions === undefined) return '';
  const positionMs = positions.get(nodeId) ?? 0;
  const position = countsMilliseconds(exchange.userAgent) ? positionMs : Math.floor(positionMs / 1000);
  const folder = escapeXml(title.replaceAll(',', ' '));
  return `<sec:dcmInfo>CREATIONDATE=0,FOLDER=${folder},BM=${position}</sec:dcmInfo>`;
}

/** What is played stands first, then what goes with it. */
function resources(entry: MediaEntry, wish: DidlWish): string {
  const { content, kind } = entry;
  if (content === undefined) return '';
  return (
    captions(content, wish) +
    (wish.filter.wants('res') ? mainResource(entry, content, wish) : '') +
    (kind === 'image' ? thumbnailResource(entry.nodeId, wish) : '') +
    subtitlesResource(content, wish)
  );
}

function mainResource(entry: MediaEntry, { sizeBytes }: MediaContent, wish: DidlWish): string {
  const { context, exchange, filter } = wish;
  const { facts } = entry;
  const attribute = (name: string, value: string | number | undefined): string =>
    value === undefined || !filter.wants(`res@${name}`) ? '' : ` ${name}="${value}"`;
  return (
    // What was stored as its type may have an & in it.
    `<res protocolInfo="${escapeXml(protocolInfo(entry, exchange.userAgent))}"` +
    attribute('size', sizeBytes) +
    (entry.kind === 'image' ? '' : attribute('duration', durationOf(facts?.durationMs))) +
    // Despite its name in bytes a second (ContentDirectory:1, appendix B.2.1.3).
    attribute('bitrate', facts?.bitrateBps === undefined ? undefined : Math.round(facts.bitrateBps / 8)) +
    attribute('sampleFrequency', facts?.sampleRateHz) +
    attribute('nrAudioChannels', facts?.audioChannels) +
    (entry.kind === 'audio' ? '' : attribute('resolution', resolutionOf(facts?.width, facts?.height))) +
    `>${exchange.origin}${linkTo(context, 'media', entry.nodeId, entry.name)}</res>`
  );
}

function thumbnailResource(nodeId: number, { context, exchange, filter }: DidlWish): string {
  if (!filter.wants('res')) return '';
  const address = `${exchange.origin}${linkTo(context, 'thumbnails', nodeId, '')}`;
  return `<res protocolInfo="http-get:*:image/jpeg:${THUMBNAIL_FEATURES}">${address}</res>`;
}

/** Samsung's sets look here for subtitles, and some of them choke on a second res. */
function captions({ subtitlesId }: MediaContent, { context, exchange, filter }: DidlWish): string {
  if (subtitlesId === undefined) return '';
  const address = `${exchange.origin}${linkTo(context, 'subtitles', subtitlesId, '')}`;
  const isSamsung = clientAsking(exchange) === 'samsung';
  return ['sec:CaptionInfoEx', 'sec:CaptionInfo']
    .filter((name) => filter.names(name) || (isSamsung && filter.wants(name)))
    .map((name) => `<${name} sec:type="srt">${address}</${name}>`)
    .join('');
}

/** For all others but Sony's, which take none. */
function subtitlesResource({ subtitlesId }: MediaContent, { context, exchange, filter }: DidlWish): string {
  const client = clientAsking(exchange);
  if (subtitlesId === undefined || client === 'samsung' || client === 'sony' || !filter.wants('res')) return '';
  const address = `${exchange.origin}${linkTo(context, 'subtitles', subtitlesId, '')}`;
  return `<res protocolInfo="http-get:*:text/srt:*">${address}</res>`;
}

/** `H:MM:SS.mmm` */
function durationOf(durationMs: number | undefined): string | undefined {
  if (durationMs === undefined) return undefined;
  const all = Math.round(durationMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(all / 60_000);
  const seconds = two(Math.floor(all / 1000) % 60);
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}.${String(all % 1000).padStart(3, '0')}`;
}

function resolutionOf(width: number | undefined, height: number | undefined): string | undefined {
  return width === undefined || height === undefined ? undefined : `${width}x${height}`;
}
