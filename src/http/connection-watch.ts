import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestContext } from './request-context.ts';

interface Watched {
  /** Requests that are not answered yet, with pipelining more than one. */
  readonly running: Map<RequestContext, IncomingMessage>;
  bytesRead: number;
  bytesWritten: number;
  /** What TLS still had to hand over at the last timeout. */
  unsentBytes?: number;
}

/**
 * What goes on on each connection. A request may run for hours, but not wait for its client longer than the idle
 * timeout without a byte in or out; one that waits for the server is left alone.
 */
export class ConnectionWatch {
  readonly #idleMs: number;
  readonly #sockets = new WeakMap<Socket, Watched>();

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  begin(socket: Socket, context: RequestContext, request: IncomingMessage): void {
    this.#of(socket).running.set(context, request);
  }

  /** Ends a request; gives what went over the connection since the one before. */
  end(socket: Socket, context: RequestContext): { bytesIn: number; bytesOut: number } {
    const watched = this.#of(socket);
    watched.running.delete(context);
    const { bytesRead, bytesWritten } = socket;
    const traffic = { bytesIn: bytesRead - watched.bytesRead, bytesOut: bytesWritten - watched.bytesWritten };
    watched.bytesRead = bytesRead;
    watched.bytesWritten = bytesWritten;
    return traffic;
  }

  /**
   * To be called when nothing moved on a connection for the time that Node was told; `carrier` is what TLS goes over.
   */
  onTimeout(socket: Socket, carrier?: Socket): void {
    const watched = this.#of(socket);
    const running = [...watched.running];
    const isClientsTurn = running.some(([context, request]) => waitsForClient(context, request));
    const isOver = running.length === 0 || (isClientsTurn && !this.#movesBelow(watched, carrier));
    if (isOver) socket.destroy();
    else socket.setTimeout(this.#idleMs);
  }

  /**
   * Whether a client takes a large piece slowly. Without TLS Node looks at how much the system still has to take; with
   * it that figure stays until the whole piece is gone (Node 26), so that the connection below is looked at. The first
   * time there is nothing to compare with.
   */
  #movesBelow(watched: Watched, carrier: Socket | undefined): boolean {
    const unsentBytes = carrier && queuedBytes(carrier);
    if (unsentBytes === undefined || unsentBytes === 0) return false;
    const hasMoved = unsentBytes !== watched.unsentBytes;
    watched.unsentBytes = unsentBytes;
    return hasMoved;
  }

  #of(socket: Socket): Watched {
    const known = this.#sockets.get(socket);
    if (known) return known;
    const watched = { running: new Map<RequestContext, IncomingMessage>(), bytesRead: 0, bytesWritten: 0 };
    this.#sockets.set(socket, watched);
    return watched;
  }
}

/** What the system has not taken yet. Node tells it nowhere else; a version without it has no such clients waited for. */
function queuedBytes(socket: Socket & { _handle?: { writeQueueSize?: number } | null }): number | undefined {
  return socket._handle?.writeQueueSize;
}

/** The rest of the body has not come, or the client does not take what was written. */
function waitsForClient({ response }: RequestContext, request: IncomingMessage): boolean {
  const isBodyMissing = !request.complete && request.readableLength === 0;
  return isBodyMissing || response.writableLength > 0 || (response.socket?.writableLength ?? 0) > 0;
}
