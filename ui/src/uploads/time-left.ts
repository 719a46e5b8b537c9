import { t } from '../lib/messages.svelte.ts';

/** `about 3 minutes left`: rounded, since nobody knows better. */
export function timeLeft(seconds: number): string {
  if (seconds < 10) return t('uploads.left-moments');
  if (seconds < 60) return t('uploads.left-seconds', { count: Math.ceil(seconds / 10) * 10 });
  if (seconds < 3600) return t('uploads.left-minutes', { count: Math.round(seconds / 60) });
  return t('uploads.left-hours', { count: Math.round(seconds / 3600) });
}
