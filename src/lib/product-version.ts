import { readFileSync } from 'node:fs';

/** From package.json, which lies two folders up from the sources (src/lib) and from the build (dist/lib) alike. */
export function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
