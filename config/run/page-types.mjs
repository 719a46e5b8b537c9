// The types of the web page's API client, from the routes themselves: ui/generated/api.d.ts, when it is stale.
// Runs on the checkout's own Node, which reads the sources as they are.
import fs from 'node:fs';
import path from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { ROUTES } from '../../src/api/all-routes.ts';
import { openApiDocument } from '../../src/api/contract/openapi.ts';

const target = path.resolve(import.meta.dirname, '../../ui/generated/api.d.ts');

const document = openApiDocument(ROUTES, { version: '0' });
const types = astToString(await openapiTypescript(document));
if (!fs.existsSync(target) || fs.readFileSync(target, 'utf8') !== types) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, types);
}
