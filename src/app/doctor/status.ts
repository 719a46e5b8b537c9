import type { Config } from '../../config/load.ts';
import { admin, hasData } from '../admin.ts';
import type { StatusView } from '../requests.ts';
import { reasonOf } from './finding.ts';

export interface StatusAnswer {
  /** Undefined when the database could not be asked, or does not exist yet. */
  readonly status: StatusView | undefined;
  readonly problem: string | undefined;
}

/** Asks for the state of the store, without making one where none is. */
export async function askStatus(config: Config): Promise<StatusAnswer> {
  if (!hasData(config)) return { status: undefined, problem: undefined };
  try {
    return { status: await admin(config, 'status', {}), problem: undefined };
  } catch (error) {
    return { status: undefined, problem: reasonOf(error) };
  }
}
