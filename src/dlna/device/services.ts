export const DEVICE_TYPE = 'urn:schemas-upnp-org:device:MediaServer:1';

/** The last part of their addresses: `/services/<name>.xml`, `/control/<name>`, `/events/<name>`. */
export type ServiceName = 'content-directory' | 'connection-manager' | 'receiver-registrar';

/** What the media server does, and how that is known (UDA 1.0 §2.1). */
export const SERVICES: Readonly<Record<ServiceName, { readonly type: string; readonly id: string }>> = {
  'content-directory': {
    type: 'urn:schemas-upnp-org:service:ContentDirectory:1',
    id: 'urn:upnp-org:serviceId:ContentDirectory',
  },
  'connection-manager': {
    type: 'urn:schemas-upnp-org:service:ConnectionManager:1',
    id: 'urn:upnp-org:serviceId:ConnectionManager',
  },
  // Without it Windows Media Player and Xbox see the server, and play nothing.
  'receiver-registrar': {
    type: 'urn:microsoft.com:service:X_MS_MediaReceiverRegistrar:1',
    id: 'urn:microsoft.com:serviceId:X_MS_MediaReceiverRegistrar',
  },
};

export const SERVICE_NAMES = Object.keys(SERVICES) as readonly ServiceName[];
