import type { DlnaContext, DlnaExchange } from '../context.ts';
import type { Arguments } from './arguments.ts';

export interface ActionCall {
  readonly args: Arguments;
  readonly exchange: DlnaExchange;
  readonly context: DlnaContext;
}

/** What an action gives, by the names that the description of its service has. */
export type Outcome = Readonly<Record<string, string | number>>;

/** What a service does, by the names of its actions. They throw `UpnpError`; `not-found` becomes 701. */
export type Actions = Readonly<Record<string, (call: ActionCall) => Promise<Outcome>>>;
