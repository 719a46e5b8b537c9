/** More than the first screen needs. */
export const actionDialogs = () => import('./action-dialogs.svelte');
