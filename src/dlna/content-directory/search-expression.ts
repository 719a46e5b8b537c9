import { UpnpError } from '../soap/upnp-error.ts';

const RELATIONS = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'doesNotContain', 'derivedfrom', 'startsWith'] as const;

export type Relation = (typeof RELATIONS)[number];

/** SearchCriteria as they were written. */
export type SearchExpression =
  | { readonly all: readonly SearchExpression[] }
  | { readonly any: readonly SearchExpression[] }
  | { readonly property: string; readonly relation: Relation; readonly value: string }
  | { readonly property: string; readonly relation: 'exists'; readonly value: boolean };

/** Both are more than anybody writes; each condition is looked for in all titles. */
const MAX_DEPTH = 32;
const MAX_TERMS = 24;

/**
 * The grammar of ContentDirectory:1 §2.5.5.1. `*` is everything, written as no condition at all. Words count in any
 * case, since control points write `derivedFrom`. Throws 708.
 */
export function parseSearch(text: string): SearchExpression {
  if (text.trim() === '*') return { all: [] };
  return new Parser(text).whole();
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;
  #terms = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): SearchExpression {
    const expression = this.#alternatives();
    if (this.#at < this.#tokens.length) throw invalid(`"${this.#tokens[this.#at]}" stands where nothing was expected`);
    return expression;
  }

  /** `and` binds more closely than `or`. */
  #alternatives(): SearchExpression {
    const any = [this.#conjunction()];
    while (this.#takes('or')) any.push(this.#conjunction());
    return any.length === 1 && any[0] ? any[0] : { any };
  }

  #conjunction(): SearchExpression {
    const all = [this.#factor()];
    while (this.#takes('and')) all.push(this.#factor());
    return all.length === 1 && all[0] ? all[0] : { all };
  }

  #factor(): SearchExpression {
    if (!this.#takes('(')) return this.#term();
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw invalid('brackets are nested too deeply');
    const inner = this.#alternatives();
    if (!this.#takes(')')) throw invalid('a bracket is not closed');
    this.#depth -= 1;
    return inner;
  }

  #term(): SearchExpression {
    this.#terms += 1;
    if (this.#terms > MAX_TERMS) throw invalid('there are too many conditions');
    const property = this.#next();
    if (!/^@?[a-z][\w:@.-]*$/i.test(property)) throw invalid(`"${property}" is no property`);
    const word = this.#next();
    if (word.toLowerCase() === 'exists') return { property, relation: 'exists', value: this.#boolean() };
    const relation = RELATIONS.find((known) => known.toLowerCase() === word.toLowerCase());
    if (relation === undefined) throw invalid(`"${word}" is no operator`);
    return { property, relation, value: unquoted(this.#next()) };
  }

  #boolean(): boolean {
    const word = this.#next().toLowerCase().replaceAll('"', '');
    if (word !== 'true' && word !== 'false') throw invalid(`"${word}" is neither true nor false`);
    return word === 'true';
  }

  #takes(word: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw invalid('something is missing at the end');
    this.#at += 1;
    return token;
  }
}

const TOKEN = /\s*([()]|"(?:[^"\\]|\\[^])*"|[!<>]?=|[<>]|[^\s()"=<>!]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw invalid(`"${text.slice(at, at + 20)}" cannot be understood`);
    tokens.push(token);
  }
  return tokens;
}

function unquoted(token: string): string {
  if (!token.startsWith('"')) throw invalid(`"${token}" is not in quotes`);
  return token.slice(1, -1).replaceAll(/\\([^])/g, '$1');
}

function invalid(why: string): UpnpError {
  return new UpnpError(708, why);
}
