/** What draws menus: nobody needs it before the first one is opened. */
export const loadMenu = () => import('./open-menu.svelte');
export const loadMenuAt = () => import('./menu-at.svelte');
