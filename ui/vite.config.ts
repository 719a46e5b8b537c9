import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { firstChunks } from './chunks.ts';
import { documents } from './documents-plugin.ts';
import { parsedMessages } from './messages-plugin.ts';
import { pdfData } from './pdf-plugin.ts';

/** Where `npm run dev:page` finds the server that it passes requests on to. */
const SERVER = process.env['NOSOCIAL_DEV_SERVER'] ?? 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [parsedMessages(), pdfData(), svelte(), documents()],
  build: {
    // Chromium, Firefox and Safari of the last two years and a half.
    target: ['chrome120', 'firefox121', 'safari17.2'],
    emptyOutDir: true,
    // The strict CSP has no `data:` but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: { codeSplitting: { groups: firstChunks() } },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/dav', '/connect', '/join', '/setup', '/icon.svg', '/plain.css'].map((path) => [path, SERVER]),
    ),
  },
});
