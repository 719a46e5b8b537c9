import { toast } from 'svelte-sonner';
import { t } from '../lib/messages.svelte.ts';

/**
 * What is loaded on demand does not come: the network is gone, or the server was updated and has other files by now.
 * Returns how to end it.
 */
export function watchLostParts(): () => void {
  window.addEventListener('vite:preloadError', tell);
  return () => window.removeEventListener('vite:preloadError', tell);
}

function tell(): void {
  toast.error(t('app.part-lost'), {
    id: 'part-lost',
    duration: Number.POSITIVE_INFINITY,
    action: { label: t('app.reload'), onClick: () => window.location.reload() },
  });
}
