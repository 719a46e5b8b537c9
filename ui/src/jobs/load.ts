export const loadJobs = () => import('./jobs-popover.svelte');
