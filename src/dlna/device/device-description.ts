import { escapeXml } from '../../http/xml/element.ts';
import type { DeviceIdentity } from '../context.ts';
import { ICONS, type Icon } from './icons.ts';
import { DEVICE_TYPE, SERVICES } from './services.ts';

/** UDA 1.0 §2.1: what is longer need not be shown. */
const MAX_NAME_CHARACTERS = 63;

/**
 * The document that all that a control point knows of the device begins with; UDA 1.0 §2.1. Without `URLBase`: what is
 * in it is then looked for at the address that it came from.
 */
export function deviceDescription({ udn, friendlyName, version }: DeviceIdentity): string {
  const facts = {
    deviceType: DEVICE_TYPE,
    friendlyName: Array.from(friendlyName).slice(0, MAX_NAME_CHARACTERS).join(''),
    manufacturer: 'nosocial',
    modelDescription: 'A personal cloud: its films, music and pictures',
    modelName: 'nosocial',
    modelNumber: version,
    serialNumber: udn.replace(/^uuid:/, ''),
    UDN: udn,
  };
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<root xmlns="urn:schemas-upnp-org:device-1-0" xmlns:dlna="urn:schemas-dlna-org:device-1-0"' +
      ' xmlns:sec="http://www.sec.co.kr/dlna">',
    '<specVersion><major>1</major><minor>0</minor></specVersion>',
    '<device>',
    ...Object.entries(facts).map(([name, text]) => element(name, text)),
    element('dlna:X_DLNADOC', 'DMS-1.50'),
    // Samsung's sets have looked for it by the one name and by the other.
    ...['sec:ProductCap', 'sec:X_ProductCap'].map((name) => element(name, SAMSUNG_CAPABILITIES)),
    '<iconList>',
    ...ICONS.map(icon),
    '</iconList>',
    '<serviceList>',
    ...Object.entries(SERVICES).map(([name, each]) => service(name, each)),
    '</serviceList>',
    '</device>',
    '</root>',
    '',
  ].join('\n');
}

const SAMSUNG_CAPABILITIES = 'smi,DCM10,getMediaInfo.sec,getCaptionInfo.sec';

function icon({ name, mediaType, side }: Icon): string {
  const parts = { mimetype: mediaType, width: side, height: side, depth: 24, url: `/icons/${name}` };
  return `<icon>${elements(parts)}</icon>`;
}

function service(name: string, { type, id }: { type: string; id: string }): string {
  const parts = {
    serviceType: type,
    serviceId: id,
    SCPDURL: `/services/${name}.xml`,
    controlURL: `/control/${name}`,
    eventSubURL: `/events/${name}`,
  };
  return `<service>${elements(parts)}</service>`;
}

function elements(parts: Readonly<Record<string, string | number>>): string {
  return Object.entries(parts)
    .map(([name, value]) => element(name, String(value)))
    .join('');
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}
