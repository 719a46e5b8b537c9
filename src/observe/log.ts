import { pino, type DestinationStream, type Logger } from 'pino';
import { plainLine } from './plain-line.ts';

export type Log = Logger;

export interface LogOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** `json` for machines; `plain` for people who look at a terminal or a journal. */
  readonly format: 'plain' | 'json';
  /** Standard error when undefined. */
  readonly destination?: DestinationStream;
}

/** Keys that could hold a secret, should anybody log them by mistake, at the top or one level down. */
const SECRET_KEYS = ['authorization', 'cookie', 'password', 'passwordHash', 'token', 'secret', 'key'];
const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** The server's log. What clients sent stands in it escaped, as JSON strings: a line is always one entry. */
export function createLog({ level, format, destination = pino.destination({ dest: 2, sync: true }) }: LogOptions): Log {
  const sink = format === 'json' ? destination : plainInto(destination);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '…' },
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    },
    sink,
  );
}

function plainInto(destination: DestinationStream): DestinationStream {
  return { write: (line) => destination.write(plainLine(line)) };
}
