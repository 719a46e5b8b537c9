import { sourceProtocolInfo } from './media/protocol-info.ts';
import type { Actions } from './soap/action.ts';
import { UpnpError } from './soap/upnp-error.ts';

/** Without PrepareForConnection there is one connection, 0, of which nothing is known (ConnectionManager:1 §2.4). */
const ONLY_CONNECTION = 0;
const UNKNOWN = -1;

/** ConnectionManager:1. */
export const connectionManager: Actions = {
  GetProtocolInfo: async () => ({ Source: sourceProtocolInfo(), Sink: '' }),
  GetCurrentConnectionIDs: async () => ({ ConnectionIDs: ONLY_CONNECTION }),
  GetCurrentConnectionInfo: async ({ args }) => {
    const id = args.number('ConnectionID');
    if (id !== ONLY_CONNECTION) throw new UpnpError(706, `there is no connection ${id}`);
    return {
      RcsID: UNKNOWN,
      AVTransportID: UNKNOWN,
      ProtocolInfo: '',
      PeerConnectionManager: '',
      PeerConnectionID: UNKNOWN,
      Direction: 'Output',
      Status: 'Unknown',
    };
  },
};
