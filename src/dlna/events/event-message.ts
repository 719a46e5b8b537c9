import { escapeXml } from '../../http/xml/element.ts';

/** What is told to subscribers: values by the names of their state variables. */
export type Properties = Readonly<Record<string, string | number>>;

/** UDA 1.0 §4.2.1. */
export function eventMessage(properties: Properties): string {
  const each = Object.entries(properties).map(
    ([name, value]) => `<e:property><${name}>${escapeXml(String(value))}</${name}></e:property>`,
  );
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    `<e:propertyset xmlns:e="urn:schemas-upnp-org:event-1-0">${each.join('')}</e:propertyset>\n`
  );
}
