/** Nothing of the viewer is loaded before somebody opens a file. */
export const loadViewer = () => import('./viewer.svelte');
