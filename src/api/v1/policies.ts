import * as z from 'zod';
import { TYPE_GROUPS } from '../../core/content-type/kinds.ts';
import { offendersBelow, type Offender } from '../../core/offenders.ts';
import { clearPolicy, policyPage, rulesAt, setPolicy, type PlacedRule } from '../../core/policies.ts';
import { PRESETS, rulesSetBy, type Policy, type PolicyRules, type Preset } from '../../core/rules.ts';
import { DAY_MS, isoTime } from '../../lib/clock.ts';
import { json, NO_CONTENT } from '../contract/answers.ts';
import { PAGE_QUERY, pageOf, readCursor, writeCursor } from '../contract/paging.ts';
import { route } from '../contract/route.ts';
import { plainPath } from './files/entry.ts';
import { WHERE_QUERY, whereOf } from './files/where.ts';

const MAX_DAYS = 36_500;
const PRESET_NAMES = Object.keys(PRESETS) as [Preset, ...Preset[]];

const types = z.array(z.string().max(100)).max(100);
const extensions = z.array(z.string().max(32)).max(100);
const days = z.number().int().min(0).max(MAX_DAYS);

const GROUPS = TYPE_GROUPS.map((group) => `\`${group}\``).join(', ');

/** What a folder can say; each rule holds for all below it, until a folder further down says otherwise. */
const RULES = {
  allowTypes: types.describe(
    `The kinds of content that files may have: \`image/png\`, \`image/*\`, or a group: ${GROUPS}. Decided by the first ` +
      'bytes, not by the name. Empty: any.',
  ),
  refuseTypes: types.describe('Kinds of content that files may not have. Empty: none.'),
  allowExtensions: extensions.describe('How names must end: `jpg`, `tar.gz`. Empty: in any way.'),
  refuseExtensions: extensions.describe('How names may not end. Empty: none.'),
  maxFileBytes: z.number().int().min(0).describe('How large a file may be; 0: of any size.'),
  expireAfterDays: days.describe('After so many days untouched, files go to trash; 0: never.'),
  versionsKept: z.number().int().min(0).max(1000).describe('Old versions kept of each file.'),
  versionsKeptDays: days.describe('How long each of them is kept.'),
};

const RULE_NAMES = Object.keys(RULES) as [keyof typeof RULES, ...(keyof typeof RULES)[]];

/** In an answer: what is not said is missing. */
const SAID = z.object(RULES).partial().describe('What it says, its preset included. What is missing is as above it.');

type Said = z.output<typeof SAID>;

const POLICY = z
  .object({
    id: z.int().describe('Of the folder.'),
    path: z.string(),
    preset: z.enum(PRESET_NAMES).describe('What it began with; `own` says nothing by itself.'),
    isEnabled: z.boolean().describe('One that is switched off says nothing.'),
    rules: SAID,
  })
  .meta({ id: 'Policy' });

const EFFECTIVE_RULE = z
  .object({
    rule: z.enum(RULE_NAMES),
    value: z.union([z.array(z.string()), z.number()]),
    folder: z
      .object({ id: z.int(), path: z.string().optional().describe('Missing where you do not see it.') })
      .describe('The folder that says so.'),
  })
  .meta({ id: 'EffectiveRule' });

const EFFECTIVE = z
  .object({
    id: z.int(),
    path: z.string(),
    kind: z.enum(['file', 'folder']),
    policy: POLICY.optional().describe('Its own.'),
    rules: z.array(EFFECTIVE_RULE).describe('What holds there and some folder says.'),
    versionsKept: z.int().describe('By a folder or by the settings of the server.'),
    versionsKeptDays: z.number(),
    expiresAt: z.iso.datetime().optional().describe('When this file goes to trash unless somebody touches it.'),
  })
  .meta({ id: 'EffectiveRules' });

const OFFENDER = z
  .object({
    id: z.int(),
    path: z.string(),
    sizeBytes: z.number(),
    contentType: z.string().optional().describe('What its content was recognised as, where a rule asks for that.'),
    rule: z.enum(RULE_NAMES),
    folderId: z.int().describe('The folder whose rule it is.'),
    message: z.string(),
  })
  .meta({ id: 'Offender' });

const PRESET = z
  .enum(PRESET_NAMES)
  .optional()
  .describe('What it begins with; its rules hold where `rules` says nothing.');
const SWITCH = z.boolean().optional();
const NEW_POLICY = z.strictObject({
  preset: PRESET,
  isEnabled: SWITCH,
  rules: z.strictObject(RULES).partial().optional(),
});
const nullable = Object.fromEntries(
  Object.entries(RULES).map(([name, schema]) => [name, (schema as z.ZodType).nullable().optional()]),
) as { [Name in keyof typeof RULES]: z.ZodOptional<z.ZodNullable<(typeof RULES)[Name]>> };
const CHANGED_POLICY = z.strictObject({
  preset: PRESET,
  isEnabled: SWITCH,
  rules: z.strictObject(nullable).optional().describe('What is missing stays; `null`: says it no more.'),
});

const WHERE = z.object(WHERE_QUERY);
const LISTED = { listed: z.number() };
const POSITION = z.array(z.object({ id: z.number(), after: z.string() })).max(256);

function saidBy(policy: Policy): Said {
  const { expireAfterMs, versionsKeptMs, ...others } = rulesSetBy({ ...policy, isEnabled: true });
  const said = {
    ...others,
    ...(expireAfterMs !== undefined && { expireAfterDays: expireAfterMs / DAY_MS }),
    ...(versionsKeptMs !== undefined && { versionsKeptDays: versionsKeptMs / DAY_MS }),
  };
  return said as Said;
}

function policyView(policy: Policy, path: string): z.output<typeof POLICY> {
  return { id: policy.nodeId, path, preset: policy.preset, isEnabled: policy.isEnabled, rules: saidBy(policy) };
}

const NAMES: Readonly<Record<keyof PolicyRules, keyof typeof RULES>> = {
  allowTypes: 'allowTypes',
  refuseTypes: 'refuseTypes',
  allowExtensions: 'allowExtensions',
  refuseExtensions: 'refuseExtensions',
  maxFileBytes: 'maxFileBytes',
  expireAfterMs: 'expireAfterDays',
  versionsKept: 'versionsKept',
  versionsKeptMs: 'versionsKeptDays',
};

function ruleView({ rule, value, nodeId, path }: PlacedRule): z.output<typeof EFFECTIVE_RULE> {
  const shown = typeof value === 'number' && rule.endsWith('Ms') ? value / DAY_MS : value;
  const folder = { id: nodeId, ...(path && { path: plainPath(path) }) };
  return { rule: NAMES[rule], value: typeof shown === 'number' ? shown : [...shown], folder };
}

type Asked = { readonly [Name in keyof typeof RULES]?: z.output<(typeof RULES)[Name]> | null | undefined };

/** What is to be said, and what no more. */
function changesOf(asked: Asked = {}): { changes: PolicyRules; unset: (keyof PolicyRules)[] } {
  const { expireAfterDays, versionsKeptDays, ...others } = asked;
  const all: Record<string, unknown> = {
    ...others,
    expireAfterMs: typeof expireAfterDays === 'number' ? expireAfterDays * DAY_MS : expireAfterDays,
    versionsKeptMs: typeof versionsKeptDays === 'number' ? versionsKeptDays * DAY_MS : versionsKeptDays,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined && value !== null);
  const unset = Object.keys(all).filter((key) => all[key] === null) as (keyof PolicyRules)[];
  return { changes: Object.fromEntries(given), unset };
}

function offenderView({ segments, nodeId, ...offender }: Offender): z.output<typeof OFFENDER> {
  return { ...offender, id: nodeId, path: plainPath({ segments, trailingSlash: false }) };
}

export const policyRoutes = [
  route({
    method: 'get',
    path: '/api/v1/policies',
    id: 'listPolicies',
    tag: 'policies',
    summary: 'The folders that carry a policy, of those that you see',
    access: 'user',
    query: z.object(PAGE_QUERY),
    answers: { 200: { description: 'A page of them; it may hold fewer than asked for.', schema: pageOf(POLICY) } },
    errors: [],
    handle: async ({ query, caller }, { core }) => {
      const after = readCursor(query.cursor, z.object(LISTED))?.listed;
      const page = await policyPage(core, caller.actor, { after, limit: query.limit });
      return json(200, {
        items: page.policies.map(({ path, policy }) => policyView(policy, plainPath(path))),
        ...(page.next !== undefined && { nextCursor: writeCursor({ listed: page.next }) }),
      });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/policies/effective',
    id: 'getEffectiveRules',
    tag: 'policies',
    summary: 'The rules that hold for a file or folder, and where they come from',
    access: 'user',
    query: WHERE,
    answers: { 200: { description: 'What holds there.', schema: EFFECTIVE } },
    errors: ['not-found', 'bad-name'],
    handle: async ({ query, caller }, { core }) => {
      const found = await rulesAt(core, caller.actor, whereOf(query));
      const { node, policy, versionsKept, versionsKeptMs, expiresAtMs } = found;
      const path = plainPath(found.path);
      return json(200, {
        id: node.id,
        path,
        kind: node.kind === 'file' ? 'file' : 'folder',
        ...(policy && { policy: policyView(policy, path) }),
        rules: found.rules.map(ruleView),
        versionsKept,
        versionsKeptDays: versionsKeptMs / DAY_MS,
        ...(expiresAtMs !== undefined && { expiresAt: isoTime(expiresAtMs) }),
      });
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/policies',
    id: 'putPolicy',
    tag: 'policies',
    summary: 'Gives a folder a policy, in place of the one that it has',
    description:
      'For those who may remove everything there. What is in the folder stays, whatever it is; ' +
      '`/api/v1/policies/offenders` lists what would not be let in.',
    access: 'user',
    query: WHERE,
    body: NEW_POLICY,
    answers: { 204: { description: 'It holds from now on.' } },
    errors: ['not-found', 'bad-name', 'not-a-collection', 'forbidden'],
    handle: async ({ query, body, caller }, { core }) => {
      const { preset, isEnabled } = body;
      const { changes } = changesOf(body.rules);
      await setPolicy(core, caller.actor, whereOf(query), { preset, isEnabled, changes, replaces: true });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'patch',
    path: '/api/v1/policies',
    id: 'changePolicy',
    tag: 'policies',
    summary: 'Changes some of what a folder says, or gives it a policy',
    description: 'As `PUT`, but what is not given stays as it is.',
    access: 'user',
    query: WHERE,
    body: CHANGED_POLICY,
    answers: { 204: { description: 'It holds from now on.' } },
    errors: ['not-found', 'bad-name', 'not-a-collection', 'forbidden'],
    handle: async ({ query, body, caller }, { core }) => {
      const { preset, isEnabled } = body;
      await setPolicy(core, caller.actor, whereOf(query), { preset, isEnabled, ...changesOf(body.rules) });
      return NO_CONTENT;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/policies',
    id: 'deletePolicy',
    tag: 'policies',
    summary: 'Takes the policy of a folder away; what holds above it holds there again',
    access: 'user',
    query: WHERE,
    answers: { 204: { description: 'It is gone.' } },
    errors: ['not-found', 'bad-name', 'not-a-collection', 'forbidden'],
    handle: async ({ query, caller }, { core }) => {
      await clearPolicy(core, caller.actor, whereOf(query));
      return NO_CONTENT;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/policies/offenders',
    id: 'listOffenders',
    tag: 'policies',
    summary: 'The files at and below a folder that its rules would not let in',
    description:
      'They were there before the rules. A page looks at 2,000 files and folders at most: it may be empty and not be the last.',
    access: 'user',
    query: WHERE.extend(PAGE_QUERY),
    answers: { 200: { description: 'A page of them.', schema: pageOf(OFFENDER) } },
    errors: ['not-found', 'bad-name', 'unavailable', 'corrupt'],
    handle: async ({ query, caller }, { core }) => {
      const { limit } = query;
      const place = readCursor(query.cursor, POSITION);
      const { offenders, next } = await offendersBelow(core, caller.actor, whereOf(query), { place, limit });
      return json(200, {
        items: offenders.map(offenderView),
        ...(next !== undefined && { nextCursor: writeCursor(next) }),
      });
    },
  }),
];
