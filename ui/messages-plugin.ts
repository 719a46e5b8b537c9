import { isLiteralElement, parse } from '@formatjs/icu-messageformat-parser';
import type { Plugin } from 'vite';

const CATALOGUE = /\/ui\/messages\/[\w-]+\.json$/;

/**
 * Parses the messages at the build: the parser weighs more than all of them (20 KiB of what is loaded first). Messages
 * without arguments stay texts.
 */
export function parsedMessages(): Plugin {
  return {
    name: 'parsed-messages',
    enforce: 'pre',
    config: () => ({
      resolve: {
        alias: [
          {
            find: /^@formatjs\/icu-messageformat-parser$/,
            replacement: '@formatjs/icu-messageformat-parser/no-parser.js',
          },
        ],
      },
    }),
    transform: (text, id) => {
      if (!CATALOGUE.test(id)) return undefined;
      const entries = Object.entries(JSON.parse(text) as Record<string, string>).map(([key, message]) => {
        const parsed = parse(message, { ignoreTag: true });
        return [key, parsed.every(isLiteralElement) ? message : parsed];
      });
      return { code: `export default ${JSON.stringify(Object.fromEntries(entries))}`, moduleType: 'js', map: null };
    },
  };
}
