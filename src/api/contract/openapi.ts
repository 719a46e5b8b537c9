import * as z from 'zod';
import type { ErrorCode } from '../../lib/errors.ts';
import { codesByStatus, problemSchema, PROBLEM_TYPE, TITLES } from './problem.ts';
import { TAGS, type AnswerShape, type Route } from './route.ts';

type Json = Record<string, unknown>;

const SECURITY = [{ bearer: [] }, { accessToken: [] }, { session: [] }];

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of `POST /api/login`, or an app password that is not for WebDAV only.',
  },
  accessToken: {
    type: 'apiKey',
    in: 'header',
    name: 'x-access-token',
    description: 'The same in a header of its own.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-nosocial',
    description:
      'The session of a page of this server. What changes anything needs `x-requested-with` as well. With ' +
      '`nosocial-account`, the `id` of an `Account`, a request is refused (401) once somebody else has signed in in the ' +
      'same browser.',
  },
};

const ABOUT = `Everything that nosocial does, for programs.

Sign in by \`POST /api/login\` and send the token as \`Authorization: Bearer …\`, or use an app password in its place.
Sizes are bytes, times ISO 8601 in UTC. Lists come in pages: send \`nextCursor\` back as \`cursor\`.
What fails is told as problem+json (RFC 9457); go by its \`code\`. [All codes](/api/problems).`;

/** The OpenAPI 3.1 document of \`routes\`, made from what they check their requests with. */
export function openApiDocument(routes: readonly Route[], { version }: { version: string }): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const [path, sharing] of Map.groupBy(routes, (route) => route.path)) {
    paths[path] = Object.fromEntries(sharing.map((route) => [route.method, operationOf(route, schemas)]));
  }
  const used = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: { title: 'nosocial', version, description: ABOUT, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS)
      .filter(([name]) => used.has(name as keyof typeof TAGS))
      .map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.named, securitySchemes: SECURITY_SCHEMES },
  };
}

function operationOf(route: Route, schemas: Schemas): Json {
  const parameters = [
    ...parametersIn('path', route.params, schemas),
    ...parametersIn('query', route.query, schemas),
    ...headersOf(route),
  ];
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: route.access === 'anyone' ? [] : SECURITY,
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(route, schemas),
    responses: { ...answersOf(route, schemas), ...problemsOf(route, schemas) },
  };
}

function parametersIn(place: 'path' | 'query', object: z.ZodObject | undefined, schemas: Schemas): Json[] {
  if (object === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(object, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function headersOf({ headers = {} }: Route): Json[] {
  return Object.entries(headers).map(([name, description]) => {
    return { name, in: 'header', required: false, description, schema: { type: 'string' } };
  });
}

function requestBodyOf({ id, body, content, takesForms }: Route, schemas: Schemas): Json {
  if (content !== undefined) {
    return { requestBody: { required: true, content: { [content]: { schema: binary(content) } } } };
  }
  if (body === undefined) return {};
  const shape = { schema: schemas.called(`${capital(id)}Body`, body, 'input') };
  const forms = takesForms ? { 'application/x-www-form-urlencoded': shape } : {};
  return {
    requestBody: { required: !body.safeParse(undefined).success, content: { 'application/json': shape, ...forms } },
  };
}

function binary(mediaType: string): Json {
  if (mediaType !== 'multipart/form-data') return {};
  return { type: 'object', properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } } };
}

function answersOf({ id, answers }: Route, schemas: Schemas): Json {
  const name = `${capital(id)}Answer`;
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [status, answerOf(answer, { name, schemas })]),
  );
}

function answerOf(
  { description, schema, mediaType, headers }: AnswerShape,
  { name, schemas }: { name: string; schemas: Schemas },
): Json {
  const content =
    schema !== undefined
      ? { 'application/json': { schema: schemas.called(name, schema, 'output') } }
      : mediaType !== undefined
        ? { [mediaType]: {} }
        : undefined;
  const described = Object.entries(headers ?? {}).map(([name, about]) => [
    name,
    { description: about, schema: { type: 'string' } },
  ]);
  return {
    description,
    ...(content && { content }),
    ...(headers && { headers: Object.fromEntries(described) as Json }),
  };
}

/** One answer a status, which names its codes. */
function problemsOf(route: Route, schemas: Schemas): Json {
  const problem = schemas.of(problemSchema, 'output');
  const answers = [...codesByStatus(codesOf(route))].map(([status, codes]) => {
    const description = codes.map((code) => `\`${code}\`: ${TITLES[code]}`).join('; ');
    return [status, { description, content: { [PROBLEM_TYPE]: { schema: problem } } }];
  });
  return Object.fromEntries(answers) as Json;
}

/** Every code that a route can fail with: its own, and what its access and its schemas bring. */
export function codesOf({ access, body, content, method, errors }: Route): ErrorCode[] {
  const codes: ErrorCode[] = [...errors, 'bad-request', 'unavailable', 'busy'];
  if (body) codes.push('body-not-supported');
  if (body ?? content) codes.push('too-large');
  if (access !== 'anyone') codes.push('not-authenticated', 'too-many-attempts');
  if (access === 'admin' || (method !== 'get' && method !== 'head')) codes.push('forbidden');
  return codes;
}

/** JSON Schema (2020-12) of zod schemas; those with an id stand once, by name. */
class Schemas {
  readonly named: Record<string, Json> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    for (const [name, definition] of Object.entries(($defs ?? {}) as Record<string, Json>))
      this.#name(name, definition);
    const { id, ...rest } = relinked(json) as Json;
    if (typeof id !== 'string' || schema.meta()?.id !== id) return id === undefined ? rest : { id, ...rest };
    this.#name(id, rest);
    return { $ref: placeOf(id) };
  }

  /** As `of`; an object without an id stands once, too, as `name`: programs made from the document have types with names. */
  called(name: string, schema: z.ZodType, io: 'input' | 'output'): Json {
    const json = this.of(schema, io);
    if (json['$ref'] !== undefined || json['type'] !== 'object') return json;
    this.named[name] = json;
    return { $ref: placeOf(name) };
  }

  #name(name: string, definition: Json): void {
    const { id: _, ...rest } = relinked(definition) as Json;
    this.named[name] = rest;
  }
}

function capital(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}

function placeOf(name: string): string {
  return `#/components/schemas/${name}`;
}

/** The same with references to where named schemas stand in the document. */
function relinked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relinked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === '$ref' && typeof inner === 'string') return [key, inner.replace(/^#\/\$defs\//, placeOf(''))];
      return [key, relinked(inner)];
    }),
  );
}
