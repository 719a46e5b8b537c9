/** The layers of the design as a lint: each imports only what stands in its list. */
const only = (from, ...to) => ({
  name: `${from}-imports-only-its-layer`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: '^src/', pathNot: [from, ...to].map((layer) => `^src/${layer}/`) },
});

module.exports = {
  forbidden: [
    only('lib'),
    only('core', 'lib'),
    ...['config', 'observe'].map((layer) => only(layer, 'lib')),
    // Tells the network where the server is: it knows of listeners and interfaces, and of no file, user or request.
    only('announce', 'lib'),
    ...['meta', 'blobs', 'previews', 'jobs', 'auth'].map((layer) => only(layer, 'lib', 'core')),
    only('http', 'lib', 'core', 'auth', 'observe'),
    ...['dav', 'api', 'links', 'dlna'].map((layer) => only(layer, 'lib', 'core', 'auth', 'http')),
    only('cli', 'lib', 'core', 'config', 'app'),
    {
      name: 'main-only-starts-the-command-line',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(cli|config|lib)/' },
    },
    {
      name: 'only-app-imports-app',
      comment: 'app may import everything but cli; only cli may import app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(app|cli)/' },
      to: { path: '^src/app/' },
    },
    {
      name: 'only-main-imports-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|main\\.ts$)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: {},
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'sql-stays-in-meta',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/meta/' },
      to: { path: ['^(node:)?sqlite$', 'node_modules/(kysely|mysql2)/'] },
    },
    {
      name: 'express-stays-at-the-edges',
      severity: 'error',
      from: { path: '^src/(lib|config|observe|core|meta|blobs|previews|jobs|auth)/' },
      to: { path: 'node_modules/(@types/)?express/' },
    },
    {
      name: 'the-page-and-the-server-share-no-code',
      comment: 'what they have in common is the API; its types are made from its document',
      severity: 'error',
      from: { path: '^(src|ui/src)/' },
      to: { path: '^(src|ui)/', pathNot: ['^$1/', '^ui/(generated|messages)/'] },
    },
    {
      name: 'parts-of-the-page-know-no-state',
      severity: 'error',
      from: { path: '^ui/src/(parts|lib)/' },
      to: { path: '^ui/src/', pathNot: '^ui/src/(parts|lib|api/problem\\.ts)' },
    },
    {
      name: 'requests-of-the-page-know-no-components',
      severity: 'error',
      from: { path: '^ui/src/api/' },
      to: { path: '^ui/src/', pathNot: '^ui/src/api/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved-imports', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'source-never-imports-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'source-never-imports-development-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
