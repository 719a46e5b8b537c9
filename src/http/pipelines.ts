import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever sends more before they have an answer wants to keep the server busy, not to be quick. */
const MOST_WAITING = 100;

interface Waiting {
  readonly response: ServerResponse;
  readonly start: () => void;
}

/** RFC 9112 §9.3.2: pipelined requests are worked on in their order, since one may rest on what another changes. */
export class Pipelines {
  /** What waits on each connection that has a request running. */
  readonly #waiting = new WeakMap<Socket, Waiting[]>();

  /** Calls `start` once those before it are answered; a connection on which too many wait is ended. */
  enter(socket: Socket, response: ServerResponse, start: () => void): void {
    const waiting = this.#waiting.get(socket);
    if (waiting === undefined) {
      this.#waiting.set(socket, []);
      this.#run(socket, { response, start });
      return;
    }
    if (waiting.length < MOST_WAITING) waiting.push({ response, start });
    else socket.destroy();
  }

  #run(socket: Socket, { response, start }: Waiting): void {
    response.once('close', () => this.#next(socket));
    start();
  }

  #next(socket: Socket): void {
    const next = this.#waiting.get(socket)?.shift();
    if (next === undefined) this.#waiting.delete(socket);
    else if (socket.writable) this.#run(socket, next);
  }
}
