import type { BrowserContextOptions } from 'playwright-core';
import { PHONE } from './web-page.ts';

const DARK = { colorScheme: 'dark' } as const;
const AT_NIGHT = { light: {}, dark: DARK, 'on a phone': PHONE } as const;
const BY_DAY = { 'dark on a phone': { ...PHONE, ...DARK } } as const;

/** How a page may look: by day the one that is the furthest from what all other tests look at, at night the others, too. */
export const LOOKS: readonly (readonly [how: string, options: BrowserContextOptions])[] = Object.entries({
  ...BY_DAY,
  ...(process.env['NOSOCIAL_TEST_PAGE'] === 'whole' && AT_NIGHT),
});
