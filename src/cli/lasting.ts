import { admin } from '../app/admin.ts';
import type { AdminArgs, AdminRequestName, AdminResult } from '../app/requests.ts';
import { DomainError } from '../lib/errors.ts';
import { isSet, type Call } from './command.ts';
import { ProgressBar } from './progress.ts';
import { settingsOf } from './settings.ts';

/**
 * As `ask`, for what may last: shows how far it is, and Ctrl+C ends it in an orderly way. What was done until then
 * stays done.
 */
export async function askAndWatch<K extends AdminRequestName>(
  call: Call,
  name: K,
  args: AdminArgs<K>,
): Promise<AdminResult<K>> {
  const abort = new AbortController();
  const onSignal = (): void =>
    abort.abort(new DomainError('busy', 'interrupted; what was done stays, and the same command goes on from there'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = new ProgressBar(call.terminal);
  const onProgress = isSet(call, 'json') ? () => undefined : progress.show.bind(progress);
  try {
    return await admin(settingsOf(call), name, args, { signal: abort.signal, onProgress });
  } finally {
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
