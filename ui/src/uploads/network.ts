import { getAccount } from '../api/account.ts';
import { isProblem } from '../api/problem.ts';

const FIRST_MS = 1000;
const MOST_MS = 30_000;

let waiting: Promise<void> | undefined;

/** The server did not answer, or cannot just now; others do not have to find out by themselves. */
export function isPassing(error: unknown): boolean {
  if (isProblem(error, 'unreachable', 'busy', 'unavailable')) return true;
  // What a proxy says while the server starts.
  return isProblem(error, 'unknown') && error.status >= 500;
}

/** Resolves when the server answers again; asks it now and then, and at once when the browser says that there is a network. */
export function untilAnswered(): Promise<void> {
  waiting ??= ask().finally(() => {
    waiting = undefined;
  });
  return waiting;
}

async function ask(): Promise<void> {
  for (let delayMs = FIRST_MS; ; delayMs = Math.min(2 * delayMs, MOST_MS)) {
    await pause(delayMs);
    try {
      await getAccount();
      return;
    } catch (error) {
      if (!isPassing(error)) return;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
  });
}
