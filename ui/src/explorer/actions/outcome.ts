import { isProblem, Problem } from '../../api/problem.ts';
import type { BulkResult } from '../../api/file-changes.ts';
import { problemText, t } from '../../lib/messages.svelte.ts';
import { tellProblem } from '../../state/toasts.ts';

/** Something that was not done, and why. */
export interface Failure {
  readonly name: string;
  readonly error: unknown;
}

const NAMED = 3;

/** Those that were not done; `results` are in the order of `items`, as far as somebody came to them. */
export function failuresOf(items: readonly { readonly name: string }[], results: readonly BulkResult[]): Failure[] {
  return results.flatMap((result, index) =>
    result.isDone ? [] : [{ name: items[index]?.name ?? '', error: errorOf(result) }],
  );
}

/** Why one of many was not done, as if it had been asked for alone. */
export function errorOf({ problem }: BulkResult): Problem {
  const { code = 'unknown', detail = '' } = problem ?? {};
  return new Problem({ code, status: 0, detail });
}

/** Says which were not done and why: the first few by name. */
export function tellFailures(failures: readonly Failure[]): void {
  if (failures.length === 0) return;
  const lines = failures.slice(0, NAMED).map(({ name, error }) => t('failed.one', { name, why: problemText(error) }));
  const more = failures.length - lines.length;
  if (more > 0) lines.push(t('failed.more', { count: more }));
  const isOne = failures.length === 1;
  tellProblem(new Error(isOne ? lines[0] : `${t('failed.several', { count: failures.length })}\n${lines.join('\n')}`));
}

/** Does `work` for each, a few at a time; what fails keeps none of the others from being done. */
export async function forEach<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  { nameOf, signal }: { nameOf: (item: Item) => string; signal?: AbortSignal },
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      if (signal?.aborted) return;
      try {
        await work(item);
      } catch (error) {
        // With the server gone, each of thousands would fail alike.
        if (isProblem(error, 'unreachable', 'not-authenticated')) throw error;
        failures.push({ name: nameOf(item), error });
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return failures;
}
