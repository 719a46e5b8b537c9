export const conflictDialog = () => import('./conflict-dialog.svelte');
