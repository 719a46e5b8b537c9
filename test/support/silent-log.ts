import { pino } from 'pino';
import type { Log } from '../../src/observe/log.ts';

/** A log that keeps silent. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}
