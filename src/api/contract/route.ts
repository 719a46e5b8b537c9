import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import type { Caller } from '../../auth/caller.ts';
import type { Answer } from '../../http/answer.ts';
import type { RequestBody } from '../../http/request-body.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import type { ApiServices } from './services.ts';

export type Method = 'get' | 'head' | 'options' | 'post' | 'put' | 'patch' | 'delete';

/** The chapters of the documentation. */
export const TAGS = {
  account: 'The one who asks: sessions, second factor, app passwords.',
  files: 'Files and folders: listing, reading, writing, moving.',
  uploads: 'Large files in pieces, which go on after a break (tus 1.0).',
  trash: 'What was deleted, and old versions.',
  search: 'Finding by name.',
  policies: 'Rules that folders carry.',
  changes: 'What happens, as it happens, and what happened.',
  users: 'Accounts, invitations and requests to join; for administrators.',
  server: 'What the server can do; for administrators its disks, settings, jobs and audit log.',
  familiar: 'Routes in the shape that small upload servers have.',
} as const;

export type Tag = keyof typeof TAGS;

/**
 * Who may ask. `anyone` needs no credentials; `user` any that are good for the API; `admin` those of an administrator
 * whose rights are not narrowed. Rights on files are not decided here: the core asks its policy table.
 */
export type Access = 'anyone' | 'user' | 'admin';

/** What an answer with a certain status holds. */
export interface AnswerShape {
  readonly description: string;
  /** Of a JSON body. */
  readonly schema?: z.ZodType;
  /** Of any other body. */
  readonly mediaType?: string;
  /** Header name to what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a handler is given: everything has been checked against the route's schemas. */
export interface ApiRequest<Params = unknown, Query = unknown, Body = unknown, WhoAsks extends Access = Access> {
  readonly method: string;
  /** Under which the log knows it. */
  readonly requestId: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Of a route with `content`: the bytes, none of which has been read. */
  readonly content: RequestBody;
  readonly caller: WhoAsks extends 'anyone' ? Caller | undefined : Caller;
  readonly headers: IncomingHttpHeaders;
  /** Of the client, with trusted proxies seen through. */
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly isSecure: boolean;
  /** Where the client reached the server, `https://cloud.example.org`; undefined when it sent no proper name. */
  readonly origin: string | undefined;
  /** Fires when the client goes away before it is answered. */
  readonly signal: AbortSignal;
  /** Asks again who asks, for answers that last: false once the credentials are not good any more. */
  readonly isStillGood: () => Promise<boolean>;
}

/** One operation of the API: what the router, the checks and the documentation are made from. */
export interface Route {
  readonly method: Method;
  /** `/api/v1/sessions/{id}` */
  readonly path: string;
  /** Unique; programs made from the document name their functions by it. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that it heeds besides those of all: name to what they are for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a JSON body. */
  readonly body?: z.ZodType;
  /** The same is taken from a form (`application/x-www-form-urlencoded`). */
  readonly takesForms?: boolean;
  /** The media type of a body that the handler reads by itself. */
  readonly content?: string;
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Failures besides those that its access and its schemas bring. */
  readonly errors: readonly ErrorCode[];
  /** An answer that lasts asks for itself whether it may go on; any other one is broken off when it may not. */
  readonly endsItself?: true;
  readonly handle: (request: never, services: ApiServices) => Promise<Answer>;
}

type ValueOf<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** Says what a route is, with the handler's types taken from its schemas. */
export function route<
  const WhoAsks extends Access,
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: Omit<Route, 'access' | 'params' | 'query' | 'body' | 'handle'> & {
    readonly access: WhoAsks;
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly handle: (
      request: ApiRequest<ValueOf<Params>, ValueOf<Query>, ValueOf<Body>, WhoAsks>,
      services: ApiServices,
    ) => Promise<Answer>;
  },
): Route {
  return definition as unknown as Route;
}
