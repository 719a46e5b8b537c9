import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '../core/actor.ts';
import type { Core } from '../core/core.ts';
import type { MediaLibrary } from '../core/media/media-library.ts';
import type { Previewer } from '../core/ports/previewer.ts';
import type { ServedInterface } from './interfaces.ts';

/** How the media server is known to televisions, for good. */
export interface DeviceIdentity {
  /** `uuid:…`, the same after every restart (UDA 1.1 §1.1.4). */
  readonly udn: string;
  /** What people see in the list of sources. */
  readonly friendlyName: string;
  /** Of the program. */
  readonly version: string;
}

/** What the parts of the media server work with. */
export interface DlnaContext {
  readonly core: Core;
  readonly library: MediaLibrary;
  readonly previewer: Previewer;
  readonly device: DeviceIdentity;
  /** Nobody who does not know it can make up the address of a film. */
  readonly secret: Buffer;
  /** Who watches on the television at an address, where the settings say. */
  readonly viewerAt: (address: string) => Promise<Actor | undefined>;
}

/** One request to the media server, whose sender stands in a network of this machine and asked for this very address. */
export interface DlnaExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** `http://192.168.1.5:8200`: the address of the interface that it came in by. */
  readonly origin: string;
  /** Where it came in. */
  readonly link: ServedInterface;
  /** Without the query. */
  readonly path: string;
  readonly remoteAddress: string;
  readonly userAgent: string;
  /** All of it; the router takes no more than 64 KB. */
  readonly body: Buffer;
  /** Notes what was wrong with the request, or what it was about, for whoever looks at the last requests in `doctor dlna`. */
  readonly remark: (text: string) => void;
}
