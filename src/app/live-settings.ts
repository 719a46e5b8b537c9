import * as z from 'zod';
import type { LiveChanges, SettingView } from '../api/contract/live-settings.ts';
import type { Config } from '../config/load.ts';
import { describeConfig, type DescribedSetting } from '../config/describe.ts';
import { listSettings, schema } from '../config/schema.ts';
import type { CoreSettings } from '../core/core.ts';
import type { MetadataStore } from '../core/ports/metadata-store.ts';
import { DomainError } from '../lib/errors.ts';
import { coreSettings, withProfile } from './core-settings.ts';

/** What can be changed while the server runs, unless the configuration says what it is. */
export const LIVE_KEYS = [
  'accounts.profile',
  'accounts.registration',
  'accounts.newRole',
  'accounts.adminsOpenHomes',
  'files.defaultQuota',
  'files.versionsKept',
  'files.versionsKeptDays',
  'files.trashKeptDays',
  'dlna.enabled',
  'dlna.viewers',
] as const;
export type LiveKey = (typeof LIVE_KEYS)[number];

const STORED = 'setting:';

/** The settings that hold: those of the configuration, and those that administrators changed while the server ran. */
export class LiveSettings {
  /** What the core works with; changes in place, so that it holds at once. */
  readonly core: CoreSettings;
  readonly #config: Config;
  readonly #store: MetadataStore;
  readonly #stored = new Map<LiveKey, string>();
  readonly #listeners = new Set<() => void>();

  private constructor(config: Config, store: MetadataStore) {
    this.#config = config;
    this.#store = store;
    this.core = coreSettings(config);
  }

  static async open(config: Config, store: MetadataStore): Promise<LiveSettings> {
    const settings = new LiveSettings(config, store);
    for (const key of LIVE_KEYS) {
      const text = await store.getSetting(STORED + key);
      // What an older or newer version stored, and this one does not understand, is as good as nothing.
      if (text !== undefined && parsed(key, text) !== undefined) settings.#stored.set(key, text);
    }
    settings.#apply();
    return settings;
  }

  /** What televisions are to find, as it holds now. */
  get dlna(): Config['dlna'] {
    return this.#effective().dlna;
  }

  /** Calls `listener` after something was changed; returns how to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** All settings with their values and where those come from. */
  list(): SettingView[] {
    return describeConfig(this.#effective()).map((setting) => this.#view(setting));
  }

  /**
   * Stores what is given, or goes back to the default for null; holds from now on. Throws `bad-request` for what no
   * setting may be, and `refused` for what the configuration says, or cannot be changed while the server runs.
   */
  async change(changes: LiveChanges): Promise<void> {
    const wanted = Object.entries(changes).map(([key, value]) => [this.#changeable(key), value] as const);
    const texts = wanted.map(([key, value]) => [key, value === null ? undefined : possibleText(key, value)] as const);
    await this.#store.run(
      'setSettings',
      texts.map(([key, value]) => ({ key: STORED + key, value })),
    );
    for (const [key, text] of texts) {
      if (text === undefined) this.#stored.delete(key);
      else this.#stored.set(key, text);
    }
    this.#apply();
    for (const listener of this.#listeners) listener();
  }

  #changeable(key: string): LiveKey {
    const source = Object.hasOwn(this.#config.sources, key) ? this.#config.sources[key] : undefined;
    if (source === undefined) {
      throw new DomainError('bad-request', `there is no setting "${key}"`);
    }
    const live = LIVE_KEYS.find((known) => known === key);
    if (live === undefined) {
      throw new DomainError('refused', `"${key}" cannot be changed while the server runs; it is for the configuration`);
    }
    if (source !== 'default') {
      throw new DomainError('refused', `"${key}" is fixed by ${source}; take it away there to change it here`);
    }
    return live;
  }

  #apply(): void {
    Object.assign(this.core, coreSettings(this.#effective()));
  }

  /** The configuration as if what is stored stood in it. */
  #effective(): Config {
    const value = (key: LiveKey): unknown => {
      const text = this.#config.sources[key] === 'default' ? this.#stored.get(key) : undefined;
      return text === undefined ? undefined : parsed(key, text);
    };
    const given = (pairs: [string, LiveKey][]): object =>
      Object.fromEntries(pairs.flatMap(([name, key]) => (value(key) === undefined ? [] : [[name, value(key)]])));
    const accounts = given([
      ['profile', 'accounts.profile'],
      ['registration', 'accounts.registration'],
      ['newRole', 'accounts.newRole'],
      ['adminsOpenHomes', 'accounts.adminsOpenHomes'],
    ]);
    const files = given([
      ['defaultQuotaBytes', 'files.defaultQuota'],
      ['versionsKept', 'files.versionsKept'],
      ['versionsKeptDays', 'files.versionsKeptDays'],
      ['trashKeptDays', 'files.trashKeptDays'],
    ]);
    const dlna = given([
      ['enabled', 'dlna.enabled'],
      ['viewers', 'dlna.viewers'],
    ]);
    return withProfile({
      ...this.#config,
      accounts: { ...this.#config.accounts, ...accounts },
      files: { ...this.#config.files, ...files },
      dlna: { ...this.#config.dlna, ...dlna },
    });
  }

  #view({ key, value, source }: DescribedSetting): SettingView {
    const live = LIVE_KEYS.find((known) => known === key);
    const isChangeable = live !== undefined && this.#config.sources[key] === 'default';
    return {
      key,
      value: value ?? null,
      source: isChangeable && this.#stored.has(live) ? 'changed while running' : source,
      isChangeable,
    };
  }
}

/** The rule of the configuration for a setting: what may stand in the file may be stored. */
function ruleOf(key: LiveKey): z.ZodType {
  const [group = '', name = ''] = key.split('.');
  const part: unknown = (schema.shape as Record<string, unknown>)[group];
  const leaf = part instanceof z.ZodObject ? (part.shape as Record<string, z.ZodType>)[name] : undefined;
  if (leaf === undefined) throw new Error(`there is no setting ${key}`);
  return leaf;
}

function parsed(key: LiveKey, text: string): unknown {
  const result = ruleOf(key).safeParse(JSON.parse(text));
  return result.success ? result.data : undefined;
}

/** As it is stored; a list may be given as one text, as in a variable. Throws `bad-request`. */
function possibleText(key: LiveKey, value: unknown): string {
  const { expects = 'something else', fromText } = listSettings().find((setting) => setting.key === key) ?? {};
  const rule = ruleOf(key);
  const meant = typeof value === 'string' && !rule.safeParse(value).success ? (fromText?.(value) ?? value) : value;
  if (rule.safeParse(meant).success) return JSON.stringify(meant);
  throw new DomainError('bad-request', `"${key}" cannot be ${JSON.stringify(value)}; it is ${expects}`);
}
