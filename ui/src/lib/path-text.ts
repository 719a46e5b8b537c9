import { t } from './messages.svelte.ts';

/** A folder as people read where something is: `Home`, `Workspace › Plans`. */
export function folderText(path: string): string {
  return path === '/' ? t('place.home') : path.slice(1).split('/').join(' › ');
}
