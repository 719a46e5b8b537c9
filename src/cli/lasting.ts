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
  const progress = new ProgressBar(call.terminal);
  const onProgress = isSet(call, 'json') ? () => undefined : progress.show.bind(progress);
  try {
    return await untilInterrupted((signal) => admin(settingsOf(call), name, args, { signal, onProgress }));
  } finally {
    progress.end();
  }
}

/** Does `work` with a signal that Ctrl+C fires. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const onSignal = (): void =>
    abort.abort(new DomainError('busy', 'interrupted; what was done stays, and the same command can be given again'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work(abort.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
