import { Router, type Response } from 'express';
import { html, ICON_PATH, plainPage, type Html } from '../../http/html.ts';
import { answerPage } from '../../http/middleware/failures.ts';
import { allowOwnScripts } from '../../http/middleware/security-headers.ts';
import { STATUS_OF } from '../../http/statuses.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import { productVersion } from '../../lib/product-version.ts';
import { openApiDocument } from '../contract/openapi.ts';
import { PROBLEMS_PATH, TITLES } from '../contract/problem.ts';
import type { Route } from '../contract/route.ts';
import { DocAssets } from './assets.ts';
import { SCRIPTS } from './scripts.ts';

const FILES = '/api/docs/files';

/** The document of the API, and pages to read and to try it: all from this server, nothing from elsewhere. */
export function apiDocs(routes: readonly Route[]): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const assets = new DocAssets();
  let document: string | undefined;
  router.get('/api/openapi.json', (_request, response) => {
    document ??= JSON.stringify(openApiDocument(routes, { version: productVersion() }));
    response.set('Cache-Control', 'no-cache').type('application/json').send(document);
  });
  router.get('/api/docs', (_request, response) => {
    // Its icons are data: in its own style sheet.
    allowOwnScripts(response, { 'img-src': "'self' data:" });
    sendViewer(response, { style: 'swagger-ui.css', scripts: ['swagger-ui-bundle.js', 'docs.js'] });
  });
  router.get('/api/redoc', (_request, response) => {
    // Redoc writes its styles into the page as it goes (styled-components).
    allowOwnScripts(response, { 'style-src': "'self' 'unsafe-inline'", 'img-src': "'self' data:" });
    sendViewer(response, { scripts: ['redoc.standalone.js', 'redoc.js'] });
  });
  router.get(PROBLEMS_PATH, (_request, response) => {
    response.type('html').send(plainPage('Problems of the API', problemList()));
  });
  router.get(`${FILES}/:name`, ({ params: { name } }, response) => {
    const text = (Object.hasOwn(SCRIPTS, name) ? SCRIPTS[name] : undefined) ?? assets.find(name);
    if (text === undefined) answerPage(response, 404);
    else
      response
        .set('Cache-Control', 'no-cache')
        .type(name.endsWith('.css') ? 'css' : 'js')
        .send(text);
  });
  return router;
}

function sendViewer(response: Response, { style, scripts }: { style?: string; scripts: readonly string[] }): void {
  response.type('html').send(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>The API of nosocial</title>
          <link rel="icon" type="image/svg+xml" href="${ICON_PATH}" />
          ${style && html`<link rel="stylesheet" href="${FILES}/${style}" />`}
        </head>
        <body>
          <div id="docs"></div>
          <noscript>These pages need scripts. <a href="/api/openapi.json">The document itself</a> does not.</noscript>
          ${scripts.map((name) => html`<script src="${FILES}/${name}"></script>`)}
        </body>
      </html> `.markup,
  );
}

function problemList(): Html {
  const codes = Object.entries(TITLES) as [ErrorCode, string][];
  return html`<dl>
    ${codes.map(
      ([code, title]) =>
        html`<dt id="${code}"><code>${code}</code></dt>
          <dd>${title} (${STATUS_OF[code]}).</dd>`,
    )}
    <dt id="method-not-allowed"><code>method-not-allowed</code></dt>
    <dd>This address knows other methods (405); Allow names them.</dd>
    <dt id="internal-error"><code>internal-error</code></dt>
    <dd>A fault of the server (500); its log has more under the request’s id.</dd>
  </dl>`;
}
