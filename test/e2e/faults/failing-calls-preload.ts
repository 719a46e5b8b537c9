// Loaded into the server and each of its threads before anything else: see failing-calls.ts.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import type { Call } from './failing-calls.ts';

const folder = process.env['FAILING_CALLS'] ?? '';
const disk = process.env['FAILING_BELOW'] ?? '';

/** Counts down what is left of calls until the one that fails. */
function isDue(call: Call, file: unknown): boolean {
  const path = typeof file === 'number' ? fs.readlinkSync(`/proc/self/fd/${file}`) : String(file);
  const order = join(folder, call);
  if (!path.startsWith(`${disk}/`) || !fs.existsSync(order)) return false;
  const left = Number(fs.readFileSync(order, 'utf8')) - 1;
  if (left === 0) fs.unlinkSync(order);
  else fs.writeFileSync(order, String(left));
  return left === 0;
}

const failure = (syscall: string) => Object.assign(new Error(`EIO: ${syscall}`), { code: 'EIO', syscall });

type Callback = (error: Error) => void;
type Calls = Record<Call, (...args: unknown[]) => unknown>;
const calls = fs as unknown as Calls;

for (const call of ['writeSync', 'fdatasyncSync', 'fsyncSync', 'renameSync'] as const) {
  const real = calls[call];
  calls[call] = (...args) => {
    if (isDue(call, args[0])) throw failure(call);
    return real(...args);
  };
}
const realWrite = calls.write;
calls.write = (...args) => {
  if (!isDue('write', args[0])) return realWrite(...args);
  return setImmediate(args.at(-1) as Callback, failure('write'));
};
syncBuiltinESMExports();
