/** The first parts of the page's own addresses; each is followed by whatever the page makes of it (`ui/src/routes.ts`). */
export const PLACES = ['/login', '/files', '/recent', '/trash', '/search', '/account', '/admin'] as const;
