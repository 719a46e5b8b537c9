/** What may be put into a collection: the part of policies that looks at what comes in. */
import { DomainError } from '../lib/errors.ts';
import { foldedName } from '../lib/node-path.ts';
import { calledInFull, calledTogether, inWords, isOfKind, typeUnderName } from './content-type/kinds.ts';
import { rulesSetBy, type Policy, type PolicyRules } from './rules.ts';

/** Those of the rules that say what may come in, in the order in which they are looked at. */
export const CONTENT_RULES = [
  'refuseExtensions',
  'allowExtensions',
  'maxFileBytes',
  'refuseTypes',
  'allowTypes',
] as const satisfies readonly (keyof PolicyRules)[];

export type ContentRuleName = (typeof CONTENT_RULES)[number];

/** A rule, and the collection whose policy sets it. */
interface Rule<Name extends ContentRuleName> {
  readonly value: NonNullable<PolicyRules[Name]>;
  readonly folderId: number;
  /** Its name; '' for the root of a space. */
  readonly folder: string;
}

/** The rules that hold somewhere; there is at least one. */
export type ContentRules = { readonly [Name in ContentRuleName]?: Rule<Name> };

/** A collection on the way up, as far as these rules need it. */
export interface ContentLink {
  readonly nodeId: number;
  readonly name: string;
  readonly policy: Policy | undefined;
}

/** The rules for what is put into the first of `chain`; undefined when there are none. The nearest policy decides. */
export function contentRulesFor(chain: readonly ContentLink[]): ContentRules | undefined {
  let rules: Record<string, Rule<ContentRuleName>> | undefined;
  const decided = new Set<ContentRuleName>();
  for (const { nodeId, name, policy } of chain) {
    if (policy === undefined) continue;
    const set = rulesSetBy(policy);
    for (const key of CONTENT_RULES) {
      const value = set[key];
      if (value === undefined || decided.has(key)) continue;
      decided.add(key);
      // An empty one takes away what holds above.
      if (isEmpty(value)) continue;
      rules ??= {};
      rules[key] = { value, folderId: nodeId, folder: name };
    }
  }
  return rules;
}

/** Whether a policy says anything about what comes in. */
export function hasContentRules(policy: Policy): boolean {
  const set = rulesSetBy(policy);
  return CONTENT_RULES.some((key) => set[key] !== undefined);
}

/** Equal for rules that say the same for the same collections. */
export function keyOfRules(rules: ContentRules | undefined): string {
  if (rules === undefined) return '';
  return JSON.stringify(CONTENT_RULES.map((key) => [rules[key]?.folderId, rules[key]?.value]));
}

function isEmpty(value: readonly string[] | number): boolean {
  return typeof value === 'number' ? value === 0 : value.length === 0;
}

/** A file as it would come in. */
export interface IncomingFile {
  readonly name: string;
  /** Undefined while nobody knows. */
  readonly sizeBytes: number | undefined;
  /** What its content was recognised as; undefined when nobody has looked at it. */
  readonly contentType: string | undefined;
}

/** Whether what a file is, is asked for. Empty content is of no type: clients write an empty file before the real one. */
export function needsType(rules: ContentRules, { sizeBytes }: Pick<IncomingFile, 'sizeBytes'>): boolean {
  return sizeBytes !== 0 && (rules.allowTypes !== undefined || rules.refuseTypes !== undefined);
}

export interface Violation {
  readonly rule: ContentRuleName;
  readonly folderId: number;
  readonly folder: string;
  readonly message: string;
}

/** The first rule that a file breaks. What is not known of it breaks none. */
export function violationBy(rules: ContentRules, file: IncomingFile): Violation | undefined {
  return violationsBy(rules, file)[0];
}

function violationsBy(rules: ContentRules, file: IncomingFile): Violation[] {
  return CONTENT_RULES.flatMap((rule) => {
    const set = rules[rule];
    const reason = set && REASONS[rule](set.value as never, file);
    if (set === undefined || reason === undefined) return [];
    const where = set.folder === '' ? 'this space' : `the folder "${set.folder}"`;
    const { folderId, folder } = set;
    return [{ rule, folderId, folder, message: `${where} takes ${reason}` }];
  });
}

/** Throws `rule-violated`, which names the rule and the collection that has it. */
export function assertKept(rules: ContentRules, file: IncomingFile): void {
  const violation = violationBy(rules, file);
  if (violation !== undefined) throw violated(violation, file.name);
}

/** As `assertKept` for a new name of a file that lay under the rules before: what it broke by its old one it may break. */
export function assertRenamable(rules: ContentRules, file: IncomingFile, name: string): void {
  const before = violationsBy(rules, file).map(({ rule }) => rule);
  const broken = violationsBy(rules, { ...file, name }).find(({ rule }) => !before.includes(rule));
  if (broken !== undefined) throw violated(broken, name);
}

function violated({ rule, folderId, folder, message }: Violation, file: string): DomainError {
  return new DomainError('rule-violated', message, { members: { rule, folder, folderId, file } });
}

type Reasons = {
  readonly [Name in ContentRuleName]: (value: NonNullable<PolicyRules[Name]>, file: IncomingFile) => string | undefined;
};

const REASONS: Reasons = {
  refuseExtensions: (endings, { name }) => {
    const ending = endingAmong(endings, name);
    return ending === undefined ? undefined : `no files named *.${ending}; "${name}" is one`;
  },
  allowExtensions: (endings, { name }) => {
    if (endingAmong(endings, name) !== undefined) return undefined;
    return `only files named ${inWords(endings.map((ending) => `*.${ending}`))}; "${name}" is not one`;
  },
  maxFileBytes: (mostBytes, { name, sizeBytes = 0 }) => {
    if (sizeBytes <= mostBytes) return undefined;
    return `files of at most ${mostBytes} bytes; "${name}" is larger`;
  },
  refuseTypes: (patterns, file) => {
    const type = typeOf(file);
    const refused = type === undefined ? undefined : patterns.find((pattern) => isOfKind(type, pattern));
    if (type === undefined || refused === undefined) return undefined;
    return `no ${calledTogether([refused])}; "${file.name}" is ${calledInFull(type)}`;
  },
  allowTypes: (patterns, file) => {
    const type = typeOf(file);
    if (type === undefined || patterns.some((pattern) => isOfKind(type, pattern))) return undefined;
    return `only ${calledTogether(patterns)}; "${file.name}" is ${calledInFull(type)}`;
  },
};

function typeOf({ name, sizeBytes, contentType }: IncomingFile): string | undefined {
  return sizeBytes === 0 || contentType === undefined ? undefined : typeUnderName(contentType, name);
}

/** Windows drops dots and spaces at the end of a name: `setup.exe.` is one of a program there. */
function endingAmong(endings: readonly string[], name: string): string | undefined {
  const folded = foldedName(name).replace(/[. ]+$/, '');
  return endings.find((ending) => folded.endsWith(`.${ending}`));
}
