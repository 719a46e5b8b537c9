import type { ServerResponse } from 'node:http';
import type { Answer } from '../../http/answer.ts';
import { disconnectSignal } from '../../http/disconnect-signal.ts';
import { Turns } from '../../lib/turns.ts';
import type { DlnaContext, DlnaExchange } from '../context.ts';
import { control } from './control.ts';

/** A list of ten thousand films takes 100 MB while it is written, and some 10 until it was read. */
const AT_ONCE = 2;
const AT_ONCE_OF_ALL = 8;

/** Calls of control points: of each address a few at a time, and some more of all, until their answers were taken. */
export class Calls {
  readonly #turns = new Turns(AT_ONCE);
  readonly #turnsOfAll = new Turns(AT_ONCE_OF_ALL);

  /** As `control`, when it is their turn. */
  async answer(exchange: DlnaExchange, context: DlnaContext): Promise<Answer> {
    const { remoteAddress, response } = exchange;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const signal = disconnectSignal(response)();
    const work = async (): Promise<void> => {
      resolve(await control(exchange, context));
      await closed(response);
    };
    const turn = this.#turns.take(remoteAddress, signal, () => this.#turnsOfAll.take('all', signal, work));
    turn.catch(reject);
    return promise;
  }
}

async function closed(response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise((resolve) => response.once('close', resolve));
}
