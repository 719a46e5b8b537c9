import assert from 'node:assert/strict';
import { validate } from '@readme/openapi-parser';
import { ROUTES } from '../../../src/api/all-routes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

interface Body {
  description?: string;
  content?: Record<string, { schema?: { type?: string; $ref?: string } }>;
  headers?: Record<string, unknown>;
}

interface Operation {
  operationId: string;
  security: unknown[];
  requestBody?: Body;
  responses: Record<string, Body>;
  summary: string;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

describe('the document of the API', function () {
  this.timeout(60_000);
  let server: TestServer;
  let document: Document;
  before(async () => {
    server = await startServer();
    const response = await fetch(`${server.url}/api/openapi.json`);
    document = (await response.json()) as Document;
  });
  after(() => server.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is valid OpenAPI 3.1', async () => {
    assert.equal(document.openapi, '3.1.0');
    const result = await validate(structuredClone(document) as never);
    assert.ok(result.valid, JSON.stringify(result));
  });

  const schemaOf = (body: Body | undefined) => body?.content?.['application/json']?.schema;

  it('gives every object a name, for programs that are made from it', () => {
    for (const { path, method, operation } of operations()) {
      for (const body of [operation.requestBody, ...Object.values(operation.responses)])
        assert.notEqual(schemaOf(body)?.type, 'object', `${method} ${path}`);
    }
  });

  it('says of every job that begins where it is', () => {
    const begun = operations()
      .map(({ operation }) => operation.responses['202'])
      .filter((answer) => schemaOf(answer)?.$ref === '#/components/schemas/Job');
    assert.ok(begun.length >= 4);
    for (const answer of begun) assert.ok(answer?.headers?.['Location']);
  });

  it('names every route, and every operation once', () => {
    const documented = operations().map(({ path, method }) => `${method} ${path}`);
    assert.deepEqual(documented.sort(), ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('says only what the server does: each operation is there, and asks who it is unless anyone may', async () => {
    for (const { path, method, operation } of operations()) {
      const url = `${server.url}${path.replaceAll(/\{\w+\}/g, '1')}`;
      const response = await fetch(url, { method: method.toUpperCase(), redirect: 'manual' });
      const text = await response.text();
      const what = `${method} ${path}: ${response.status} ${text}`;
      assert.ok(response.status !== 405 && !text.includes('no such address'), what);
      if (operation.security.length > 0) assert.equal(response.status, 401, what);
      assert.ok(operation.responses[response.status], `not documented: ${what}`);
    }
  });

  it('leaves nothing out: other methods of each address are refused, and name those that there are', async () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const known = new Set([...Object.keys(methods), 'options', ...('get' in methods ? ['head'] : [])]);
      for (const method of METHODS.filter((name) => !known.has(name))) {
        const url = `${server.url}${path.replaceAll(/\{\w+\}/g, '1')}`;
        const response = await fetch(url, { method: method.toUpperCase() });
        assert.equal(response.status, 405, `${method} ${path}`);
        const allowed = response.headers.get('allow')?.toLowerCase().split(', ') ?? [];
        assert.deepEqual(new Set(allowed), known, path);
      }
    }
  });

  it('answers what is not there with a problem', async () => {
    for (const path of ['/api/v1/nothing', '/api/v2', '/api/%zz', '/api/v1/jobs/']) {
      const response = await fetch(`${server.url}${path}`);
      assert.equal(response.headers.get('content-type'), 'application/problem+json', path);
      const problem = (await response.json()) as { code: string; status: number };
      assert.equal(problem.status, response.status);
      assert.ok(['not-found', 'bad-request'].includes(problem.code), path);
    }
  });
});
