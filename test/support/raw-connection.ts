import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, TLSSocket, type ConnectionOptions } from 'node:tls';

/** A connection on which exactly the given bytes are sent, and everything that comes back is kept. */
export class RawConnection {
  readonly socket: Socket;
  readonly #closed: Promise<unknown>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined); // a reset is one way to be refused
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** With TLS to an https URL. */
  static async open(url: string, tls: ConnectionOptions = {}): Promise<RawConnection> {
    const { protocol, hostname, port } = new URL(url);
    const place = { host: hostname, port: Number(port) };
    if (protocol === 'https:') {
      const socket = connectSecurely({ ...place, ...tls });
      await once(socket, 'secureConnect');
      return new RawConnection(socket);
    }
    const socket = connect(place);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  get received(): string {
    return this.#received;
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  /** The statuses of the answers so far, interim ones aside. */
  get statuses(): number[] {
    const lines = this.#received.matchAll(/HTTP\/1\.[01] ([2-5]\d\d) [^\r\n]*\r\n/g);
    return [...lines].map(([, status]) => Number(status));
  }

  /** Sends without waiting for the other side; resolves when the system took it, or the connection broke. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      if (!this.socket.writable) resolve();
      else this.socket.write(bytes, () => resolve());
    });
  }

  /** Waits for that many answers, or the end of the connection. False when neither came in time. */
  async answered(count: number, timeoutMs = 10_000): Promise<boolean> {
    const deadline = AbortSignal.timeout(timeoutMs);
    while (this.statuses.length < count && !this.isClosed) {
      const change = Promise.race([this.#closed, once(this.socket, 'data', { signal: deadline })]);
      const isInTime = await change.then(
        () => true,
        () => false,
      );
      if (!isInTime) return false;
    }
    return true;
  }

  /** Waits until the other side ended the connection. False when it did not in time. */
  async closed(timeoutMs: number): Promise<boolean> {
    const timer = Promise.withResolvers<false>();
    const timeout = setTimeout(() => timer.resolve(false), timeoutMs);
    const isClosed = await Promise.race([this.#closed.then(() => true), timer.promise]);
    clearTimeout(timeout);
    return isClosed;
  }

  /** Breaks the connection off, as a client does that loses its network. */
  reset(): void {
    if (this.socket instanceof TLSSocket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }
}
