import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** What a visit begins with, by the first part of its address (`begin` in src/begin.ts). `index.html` is that of the files. */
const SIGNED_IN = 'shell/signed-in.svelte';
const FIRST: Readonly<Record<string, readonly string[]>> = {
  index: [SIGNED_IN, 'explorer/explorer-page.svelte'],
  login: ['sign-in/sign-in-page.svelte'],
  recent: [SIGNED_IN, 'recent/recent-page.svelte'],
  trash: [SIGNED_IN, 'trash/trash-page.svelte'],
  search: [SIGNED_IN, 'search/search-page.svelte'],
  account: [SIGNED_IN, 'account/account-page.svelte'],
  admin: [SIGNED_IN, 'admin/admin-page.svelte'],
};

/**
 * A document for each place of the page, which names all that is shown there first: browsers load it together with the
 * start instead of after it.
 */
export function documents(): Plugin {
  return {
    name: 'documents',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const index = bundle['index.html'];
      if (index?.type !== 'asset') throw new Error('there is no index.html');
      const html = String(index.source);
      for (const [place, parts] of Object.entries(FIRST)) {
        const links = parts.flatMap((part) => linksOf(chunkOf(part, bundle), bundle));
        const source = withLinks(html, [...new Set(links)]);
        if (place === 'index') index.source = source;
        else this.emitFile({ type: 'asset', fileName: `${place}.html`, source });
      }
    },
  };
}

/** The chunk that `import()` of a part leads to. */
function chunkOf(part: string, bundle: Rolldown.OutputBundle): string {
  const module = join(import.meta.dirname, 'src', part);
  const chunk = Object.values(bundle).find((one) => one.type === 'chunk' && one.facadeModuleId === module);
  if (chunk === undefined) throw new Error(`no chunk holds ${part}`);
  return chunk.fileName;
}

/** Of a chunk and of all that it imports at once. */
function linksOf(fileName: string, bundle: Rolldown.OutputBundle): string[] {
  const reached = new Set([fileName]);
  const links: string[] = [];
  for (const name of reached) {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk') continue;
    chunk.imports.forEach((imported) => reached.add(imported));
    const styles = [...(chunk.viteMetadata?.importedCss ?? [])];
    links.push(`<link rel="modulepreload" crossorigin href="/${name}">`);
    links.push(...styles.map((style) => `<link rel="stylesheet" crossorigin href="/${style}">`));
  }
  return links;
}

const STYLESHEET = /<link rel="stylesheet"[^>]*>/g;
/** It waits for nothing: the server is asked while the other scripts are loaded (src/ask-ahead.ts). */
const AHEAD = /<(?:script|link)[^>]*\/ask-ahead-[^>]*>(?:<\/script>)?/;
const ADDRESS = /(?:href|src)="([^"]+)"/;

/** The stylesheets before all scripts: nothing is drawn without them, and browsers ask for six files at a time. */
function withLinks(html: string, links: readonly string[]): string {
  const missing = links.filter((link) => !html.includes(`"${ADDRESS.exec(link)?.[1]}"`));
  const [styles, scripts] = [missing.filter(isStyle), missing.filter((link) => !isStyle(link))];
  const [ahead = ''] = AHEAD.exec(html) ?? [];
  if (ahead === '') throw new Error('there is no ask-ahead.ts');
  return html
    .replace(ahead, '')
    .replace('</title>', `</title>\n    ${ahead.replace('<script', '<script async')}`)
    .replace(STYLESHEET, '')
    .replace('<script', `${[...(html.match(STYLESHEET) ?? []), ...styles].join('\n    ')}\n    <script`)
    .replace('</head>', `  ${scripts.join('\n    ')}\n  </head>`);
}

function isStyle(link: string): boolean {
  return link.includes('"stylesheet"');
}
