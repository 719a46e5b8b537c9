import * as z from 'zod';
import { json } from '../contract/answers.ts';
import type { Settings } from '../contract/live-settings.ts';
import { route } from '../contract/route.ts';
import { auditUser } from './users.ts';

const settingsSchema = z
  .object({
    items: z.array(
      z.object({
        key: z.string().describe('Its place in the configuration.'),
        value: z
          .union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])
          .describe('As it is written there; null for one that is not set.'),
        source: z
          .string()
          .describe('Where it comes from: a variable, a flag, a file, `default`, a profile, `changed while running`.'),
        isChangeable: z.boolean().describe('Whether it can be changed here.'),
      }),
    ),
  })
  .meta({ id: 'Settings' });

function settingsView(settings: Settings): z.input<typeof settingsSchema> {
  return {
    items: settings.list().map(({ value, ...setting }) => ({
      ...setting,
      value: typeof value === 'object' && value !== null ? [...value] : value,
    })),
  };
}

export const settingRoutes = [
  route({
    method: 'get',
    path: '/api/v1/settings',
    id: 'getSettings',
    tag: 'server',
    summary: 'What is set, and where that comes from',
    access: 'admin',
    answers: { 200: { description: 'All settings; no secrets.', schema: settingsSchema } },
    errors: [],
    handle: async (_request, { settings }) => json(200, settingsView(settings)),
  }),
  route({
    method: 'patch',
    path: '/api/v1/settings',
    id: 'changeSettings',
    tag: 'server',
    summary: 'Changes what may change while the server runs',
    description:
      'It holds at once, and after a restart. What the configuration or the environment says is fixed. null goes back ' +
      'to the default; `accounts.profile` is what the other three of `accounts` go back to.',
    access: 'admin',
    body: z
      .record(
        z.string().max(64),
        z.union([z.string().max(255), z.number(), z.boolean(), z.array(z.string().max(255)).max(256), z.null()]),
      )
      .describe('Values by key, written as in the configuration: `{"accounts.registration": "invitation"}`.')
      .meta({ id: 'SettingChanges' }),
    answers: { 200: { description: 'All settings as they are now.', schema: settingsSchema } },
    errors: ['refused'],
    handle: async (request, services) => {
      await services.settings.change(request.body);
      for (const [key, value] of Object.entries(request.body)) {
        auditUser(services, request, { action: 'setting-changed', target: key, value: String(value ?? 'default') });
      }
      return json(200, settingsView(services.settings));
    },
  }),
];
