/** Nothing of the details is loaded before somebody wants to see them. */
export const loadDetails = () => import('./details-pane.svelte');
