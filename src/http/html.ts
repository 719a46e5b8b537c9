/** Markup that is safe to send. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[] | undefined;

/** A template for markup: whatever is put in is escaped, unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  const texts = strings.map((text, index) => text + (index < parts.length ? markupOf(parts[index]) : ''));
  return { markup: texts.join('') };
}

function markupOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
  return escapeHtml(String(part));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

export const STYLE_PATH = '/plain.css';
export const ICON_PATH = '/icon.svg';

export interface PageExtras {
  /** The path of a style sheet of its own, on top of the common one. */
  readonly style?: string;
  /** The path of a module that adds to the page, which works without it. */
  readonly script: string;
}

/** A whole page that works without scripts. */
export function plainPage(title: string, content: Html, extras?: PageExtras): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" type="image/svg+xml" href="${ICON_PATH}" />
        <link rel="stylesheet" href="${STYLE_PATH}" />
        ${extras?.style && html`<link rel="stylesheet" href="${extras.style}" />`}
        ${extras && html`<script type="module" src="${extras.script}"></script>`}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.markup;
}
