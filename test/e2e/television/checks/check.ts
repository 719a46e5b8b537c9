import type { ControlPoint } from './control-point.ts';
import type { Gupnp } from './gupnp.ts';

/** What a check of a media server stands in: another machine of its network. */
export interface World {
  readonly point: ControlPoint;
  readonly gupnp: Gupnp;
  /** The interface that the media server is on. */
  readonly interfaceName: string;
  readonly ownAddress: string;
  /** An address of this machine that is in no network of the server's, though it could answer there. */
  readonly strangeAddress: string;
  /** An address that the machine of the media server has in another network. */
  readonly otherAddress: string;
  /** Where the films are that the media server was given. */
  readonly films: string;
  /** For whatever programs write. */
  readonly scratch: string;
  /** Has a film of that name put where the media server is to see it, or taken away from there. */
  change(what: 'add' | 'remove', name: string): Promise<void>;
}

/** One thing that televisions need, as it can be seen from outside of any media server. */
export interface Check {
  /** As a sentence of the README's table has it. */
  readonly name: string;
  /** Throws when it is not so. */
  run(world: World): Promise<void>;
}

/** What became of a check. */
export interface Verdict {
  readonly name: string;
  readonly problem: string | undefined;
  readonly seconds: number;
}
