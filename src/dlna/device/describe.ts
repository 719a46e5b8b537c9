import { DomainError } from '../../lib/errors.ts';
import type { Answer } from '../../http/answer.ts';
import type { DlnaContext, DlnaExchange } from '../context.ts';
import { deviceDescription } from './device-description.ts';
import { ICONS } from './icons.ts';
import { serviceDescription } from './service-description.ts';
import { SERVICE_TABLES } from './service-tables.ts';
import { SERVICE_NAMES } from './services.ts';

export const XML_TYPE = 'text/xml; charset="utf-8"';

/** GET and HEAD of what the device tells of itself: `/device.xml`, `/services/<name>.xml`, `/icons/<name>`. */
export async function describe({ path }: Pick<DlnaExchange, 'path'>, { device }: DescribedBy): Promise<Answer> {
  if (path === '/device.xml') return document(deviceDescription(device));
  const service = SERVICE_NAMES.find((name) => path === `/services/${name}.xml`);
  if (service) return document(serviceDescription(SERVICE_TABLES[service]));
  const icon = ICONS.find(({ name }) => path === `/icons/${name}`);
  if (!icon) throw new DomainError('not-found', `there is no ${path}`);
  return { status: 200, headers: { 'Content-Type': icon.mediaType }, body: Buffer.from(icon.base64, 'base64') };
}

type DescribedBy = Pick<DlnaContext, 'device'>;

function document(xml: string): Answer {
  return { status: 200, headers: { 'Content-Type': XML_TYPE }, body: xml };
}
