export const loadPalette = () => import('../search/search-palette.svelte');
export const loadKeyHelp = () => import('./key-help-dialog.svelte');
export const loadConfirm = () => import('./confirm-dialog.svelte');
