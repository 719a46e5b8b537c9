import { t } from '../lib/messages.svelte.ts';
import type { Tally } from './tally.ts';

/** What came of all that was to be uploaded. */
export function endText({ count }: Tally): string {
  const failed = count.failed + count.refused;
  const parts = [
    ...(failed > 0 ? [t('uploads.ended-failed', { count: failed })] : []),
    ...(failed === 0 || count.done > 0 ? [t('uploads.ended-done', { count: count.done })] : []),
  ];
  return parts.join(', ');
}
