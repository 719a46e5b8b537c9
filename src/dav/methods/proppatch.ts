import { changeProperties, type PropertyChanges } from '../../core/properties.ts';
import { nameOf } from '../../http/xml/element.ts';
import { isDomainError } from '../../lib/errors.ts';
import { parsePropertyUpdate, type PropertyChange } from '../bodies/propertyupdate.ts';
import { liveProperty } from '../live-properties.ts';
import { multistatus } from '../multistatus.ts';
import { judge } from '../preconditions.ts';
import { emptyElement } from '../property-writer.ts';
import { isOcModifiedTime, ocModifiedTime } from '../quirks/owncloud.ts';
import { isWin32Time, win32Times } from '../quirks/windows.ts';
import { resolveExisting, XML_TYPE, type DavRequest, type DavResponse, type DavServices } from '../request.ts';
import { hrefOf } from '../target.ts';
import { readXmlBody } from '../xml/body.ts';

/** PROPPATCH, RFC 4918 §9.2: all changes, in the order in which they stand, or none. */
export async function proppatch(request: DavRequest, services: DavServices): Promise<DavResponse> {
  const changes = parsePropertyUpdate(await readXmlBody(request.body, request.headers));
  const located = await resolveExisting(services, request);
  const conditions = await judge(request, services, { target: { path: request.path, found: located } });

  const href = hrefOf(services.settings.prefix, request.path, located.node.kind === 'collection');
  const named = [...new Map(changes.map((change) => [nameOf(change), change])).values()];
  const refused = named.filter(isProtected);
  if (refused.length > 0) return refusal(href, named, { refused, status: '403 Forbidden', error: PROTECTED });

  try {
    await changeProperties(services.core, request.actor, request.path, { changes: netChanges(named), conditions });
  } catch (error) {
    if (!isDomainError(error, 'too-large')) throw error;
    return refusal(href, named, { refused: named.filter(isStored), status: '507 Insufficient Storage' });
  }
  return answer(href, [propstat(named, '200 OK')]);
}

/** RFC 4918 §15: what the server computes cannot be set. */
function isProtected(change: PropertyChange): boolean {
  const live = liveProperty(change);
  return live !== undefined && live.isSettable !== true;
}

/** Win32 and ownCloud times are kept as those of the file. */
function isStored(change: PropertyChange): boolean {
  return change.kind === 'set' && !isWin32Time(change) && !isOcModifiedTime(change);
}

/** Of several changes of one property only the last is left to see, and `named` holds just these. */
function netChanges(named: readonly PropertyChange[]): PropertyChanges {
  return {
    set: named.flatMap((change) =>
      change.kind === 'set' && isStored(change)
        ? [{ namespace: change.namespace, name: change.name, xml: change.xml }]
        : [],
    ),
    remove: named.filter((change) => !isStored(change)).map(({ namespace, name }) => ({ namespace, name })),
    ...win32Times(named),
    ...ocModifiedTime(named),
  };
}

interface Refusal {
  readonly refused: readonly PropertyChange[];
  readonly status: string;
  readonly error?: string;
}

const PROTECTED = '<D:error><D:cannot-modify-protected-property/></D:error>';

function refusal(href: string, named: readonly PropertyChange[], { refused, status, error }: Refusal): DavResponse {
  const others = named.filter((change) => !refused.includes(change));
  const parts = [propstat(refused, status, error)];
  if (others.length > 0) parts.push(propstat(others, '424 Failed Dependency'));
  return answer(href, parts);
}

function propstat(changes: readonly PropertyChange[], status: string, error = ''): string {
  const names = changes.map(emptyElement).join('');
  return `<D:propstat><D:prop>${names}</D:prop><D:status>HTTP/1.1 ${status}</D:status>${error}</D:propstat>`;
}

function answer(href: string, propstats: readonly string[]): DavResponse {
  const response = `<D:response><D:href>${href}</D:href>${propstats.join('')}</D:response>\n`;
  return { status: 207, headers: { 'Content-Type': XML_TYPE }, body: multistatus(response) };
}
