import assert from 'node:assert/strict';
import { describe as answerFor } from '../../../src/dlna/device/describe.ts';
import { serverHeader } from '../../../src/dlna/device/server-header.ts';
import { childElements, textOf, type XmlElement } from '../../../src/http/xml/element.ts';
import { readXml } from '../../../src/http/xml/reader.ts';

const DEVICE = 'urn:schemas-upnp-org:device-1-0';
const SERVICE = 'urn:schemas-upnp-org:service-1-0';

async function fetchFrom(path: string, friendlyName = 'Films'): Promise<{ type: string; body: Buffer }> {
  const device = { udn: 'uuid:4d696e69-444c-164e-9d41-525400123456', friendlyName, version: '1.2.3' };
  const { status, headers, body } = await answerFor({ path }, { device });
  assert.equal(status, 200);
  return { type: String(headers?.['Content-Type']), body: Buffer.from(body as string) };
}

async function fetchXml(path: string, friendlyName?: string): Promise<XmlElement> {
  const { type, body } = await fetchFrom(path, friendlyName);
  assert.equal(type, 'text/xml; charset="utf-8"');
  return readXml(body);
}

/** The one child of that name, or the one that it leads to. */
function within(element: XmlElement, ...names: string[]): XmlElement {
  return names.reduce((parent, name) => {
    const [child, ...more] = childElements(parent).filter((each) => each.name === name);
    assert.ok(child && more.length === 0, `one ${name}`);
    return child;
  }, element);
}

function texts(element: XmlElement): Record<string, string> {
  return Object.fromEntries(childElements(element).map((child) => [child.name, textOf(child)]));
}

describe('the description of the media server', () => {
  it('tells what it is, and that it speaks DLNA', async () => {
    const root = await fetchXml('/device.xml');
    assert.deepEqual([root.name, root.namespace], ['root', DEVICE]);
    assert.deepEqual(texts(within(root, 'specVersion')), { major: '1', minor: '0' });
    const { iconList, serviceList, ...facts } = texts(within(root, 'device'));
    assert.ok(iconList !== undefined && serviceList !== undefined);
    assert.deepEqual(facts, {
      deviceType: 'urn:schemas-upnp-org:device:MediaServer:1',
      friendlyName: 'Films',
      manufacturer: 'nosocial',
      modelDescription: 'A personal cloud: its films, music and pictures',
      modelName: 'nosocial',
      modelNumber: '1.2.3',
      serialNumber: '4d696e69-444c-164e-9d41-525400123456',
      UDN: 'uuid:4d696e69-444c-164e-9d41-525400123456',
      X_DLNADOC: 'DMS-1.50',
      ProductCap: 'smi,DCM10,getMediaInfo.sec,getCaptionInfo.sec',
      X_ProductCap: 'smi,DCM10,getMediaInfo.sec,getCaptionInfo.sec',
    });
    const device = within(root, 'device');
    assert.equal(within(device, 'X_DLNADOC').namespace, 'urn:schemas-dlna-org:device-1-0');
    assert.equal(within(device, 'ProductCap').namespace, 'http://www.sec.co.kr/dlna');
  });

  it('holds any name, cut to what UPnP allows', async () => {
    const name = `<Films> & "Döner" 🎬 ${'x'.repeat(100)}`;
    const told = textOf(within(await fetchXml('/device.xml', name), 'device', 'friendlyName'));
    assert.ok(name.startsWith(told));
    assert.equal(Array.from(told).length, 63);
  });

  it('has icons in both forms and sizes, which are what it says', async () => {
    const icons = childElements(within(await fetchXml('/device.xml'), 'device', 'iconList')).map(texts);
    const shown = icons.map(({ mimetype, width, height }) => `${mimetype} ${width}x${height}`);
    assert.deepEqual(shown.sort(), ['image/jpeg 120x120', 'image/jpeg 48x48', 'image/png 120x120', 'image/png 48x48']);
    const { default: sharp } = await import('sharp');
    for (const { mimetype = '', width, url = '' } of icons) {
      const { type, body } = await fetchFrom(url);
      const { format, ...size } = await sharp(body).metadata();
      assert.deepEqual([type, `image/${format}`], [mimetype, mimetype]);
      assert.deepEqual([String(size.width), String(size.height), size.isProgressive], [width, width, false]);
    }
  });

  it('leads to a document for each service, whose arguments are of variables that it has', async () => {
    const services = childElements(within(await fetchXml('/device.xml'), 'device', 'serviceList')).map(texts);
    const actions: Record<string, string[]> = {};
    for (const { serviceId = '', SCPDURL = '', controlURL, eventSubURL } of services) {
      const root = await fetchXml(SCPDURL);
      assert.deepEqual([root.name, root.namespace], ['scpd', SERVICE]);
      const name = SCPDURL.replace(/^\/services\/(.*)\.xml$/, '$1');
      assert.deepEqual([controlURL, eventSubURL], [`/control/${name}`, `/events/${name}`]);
      const variables = childElements(within(root, 'serviceStateTable')).map((each) => texts(each)['name']);
      const list = childElements(within(root, 'actionList'));
      actions[serviceId] = list.map((each) => texts(each)['name'] ?? '');
      for (const argument of list.flatMap(childElements).flatMap(childElements)) {
        const { relatedStateVariable, direction } = texts(argument);
        assert.ok(variables.includes(relatedStateVariable), `${relatedStateVariable} is there`);
        assert.match(direction ?? '', /^(in|out)$/);
      }
    }
    assert.deepEqual(actions, {
      'urn:upnp-org:serviceId:ContentDirectory': [
        'GetSearchCapabilities',
        'GetSortCapabilities',
        'GetSystemUpdateID',
        'Browse',
        'Search',
        'X_GetFeatureList',
        'X_SetBookmark',
      ],
      'urn:upnp-org:serviceId:ConnectionManager': [
        'GetProtocolInfo',
        'GetCurrentConnectionIDs',
        'GetCurrentConnectionInfo',
      ],
      'urn:microsoft.com:serviceId:X_MS_MediaReceiverRegistrar': ['IsAuthorized', 'IsValidated', 'RegisterDevice'],
    });
  });

  for (const path of ['/', '/device.xml/', '/services/', '/services/../device.xml', '/icons/', '/icons/49.png']) {
    it(`has nothing at ${path}`, async () => {
      await assert.rejects(fetchFrom(path), { code: 'not-found' });
    });
  }

  it('names the system without its whole version', () => {
    assert.match(serverHeader('1.2.3'), /^\w+\/\d+\.\d+ UPnP\/1\.0 DLNADOC\/1\.50 nosocial\/1\.2\.3$/);
  });
});
