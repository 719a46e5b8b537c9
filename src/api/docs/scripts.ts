import { PAGE_HEADER } from '../contract/cross-site.ts';

/** What starts the viewers, by file name. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  'docs.js': `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
  requestInterceptor(request) {
    request.headers['${PAGE_HEADER}'] = 'docs';
    return request;
  },
});
`,
  'redoc.js': `Redoc.init('/api/openapi.json', { disableSearch: true, hideDownloadButton: false }, document.querySelector('#docs'));
`,
};
