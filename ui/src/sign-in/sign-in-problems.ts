import { isProblem } from '../api/problem.ts';
import { formatWait } from '../lib/format.ts';
import { t } from '../lib/messages.svelte.ts';
import type { FieldProblems } from '../state/form.svelte.ts';

/** What is wrong with a name and a password, or with a code, in words by the field. */
export function signInProblems(error: unknown, field: 'password' | 'code'): FieldProblems | undefined {
  if (isProblem(error, 'too-many-attempts')) return { [field]: tooMany(error.members['retryAfterSeconds']) };
  if (isProblem(error, 'account-waiting')) return { name: t('sign-in.waiting') };
  if (!isProblem(error, 'not-authenticated')) return undefined;
  return field === 'password' ? { password: t('sign-in.wrong') } : { code: t('sign-in.code-wrong') };
}

export function tooMany(seconds: unknown): string {
  return typeof seconds === 'number' && seconds > 0
    ? t('sign-in.too-many', { wait: formatWait(seconds) })
    : t('problem.too-many-attempts');
}
