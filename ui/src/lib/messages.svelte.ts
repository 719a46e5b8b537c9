import { IntlMessageFormat } from 'intl-messageformat';
import en from '../../messages/en.json';
import { isProblem } from '../api/problem.ts';
import { readStored, store } from './stored.ts';

// It would ask the browser which of all languages it knows, for the parser's sake: 18 ms of the first screen, for messages
// that are parsed already.
IntlMessageFormat.resolveLocale = () => undefined;

export type MessageKey = keyof typeof en;
/** As `messages-plugin.ts` leaves them: a text, or an ICU message that is parsed already. */
type Message = string | ConstructorParameters<typeof IntlMessageFormat>[0];
type Catalogue = Readonly<Partial<Record<MessageKey, Message>>>;
type Values = Readonly<Record<string, string | number | Date | undefined>>;

/**
 * The languages of the page, each called as its speakers call it. A catalogue holds ICU messages
 * (`{count, plural, one {# file} other {# files}}`); what it lacks is said in English.
 */
const LANGUAGES: Readonly<Record<string, { name: string; load: () => Promise<Catalogue> }>> = {
  en: { name: 'English', load: () => Promise.resolve(en) },
};

export const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code, name }));

class Messages {
  /** BCP 47, of texts, plural forms, numbers and dates. */
  language = $state('en');
  #catalogue = $state.raw<Catalogue>(en);
  readonly #formats = new Map<MessageKey, IntlMessageFormat>();

  /** As chosen before in this browser, else as the browser prefers. */
  async start(): Promise<void> {
    const wanted = [readStored('language', ''), ...navigator.languages].map((tag) => tag.split('-')[0] ?? '');
    await this.choose(wanted.find((code) => code in LANGUAGES) ?? 'en', { isKept: false });
  }

  async choose(code: string, { isKept = true } = {}): Promise<void> {
    const catalogue = await LANGUAGES[code]?.load();
    if (catalogue === undefined) return;
    this.#formats.clear();
    this.#catalogue = catalogue;
    this.language = code;
    document.documentElement.lang = code;
    if (isKept) store('language', code);
  }

  format(key: MessageKey, values: Values): string {
    const message: Message = this.#catalogue[key] ?? en[key];
    if (typeof message === 'string') return message;
    let format = this.#formats.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(message, this.language);
      this.#formats.set(key, format);
    }
    return format.format({ ...values }) as string;
  }
}

export const messages = new Messages();

/** A text of the page in the chosen language. */
export function t(key: MessageKey, values: Values = {}): string {
  return messages.format(key, values);
}

/** What went wrong, in words; what the server said where the catalogue has nothing better. */
export function problemText(error: unknown): string {
  if (!isProblem(error)) return error instanceof Error ? error.message : String(error);
  const key = `problem.${error.code}`;
  return key in en ? t(key as MessageKey, { detail: error.message }) : error.message;
}
