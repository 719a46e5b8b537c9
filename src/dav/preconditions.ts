import type { Conditions } from '../core/core.ts';
import { NO_CONDITIONS } from '../core/core.ts';
import { locksCovering } from '../core/locks.ts';
import type { Expected } from '../core/ports/operations.ts';
import type { Located, Target } from '../core/tree.ts';
import { hasConditions, judgeConditions } from '../http/conditional.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { nameKey, type NodePath } from '../lib/node-path.ts';
import { parseReference } from './headers/destination.ts';
import { parseIf, submittedTokens, type IfCondition, type IfList } from './headers/if-header.ts';
import type { DavContext } from './context.ts';
import { headerOf, originOf, resolve, type DavRequest } from './request.ts';

/** Each resource that an `If` header names costs a few statements. */
const MAX_RESOURCES = 50;

/** Never the token of a lock: clients write `(Not <DAV:no-lock>)` for "whatever else" (RFC 4918 §10.4.8). */
const NO_LOCK = 'DAV:no-lock';

type JudgedTarget = Pick<Target, 'path' | 'found'> & Partial<Pick<Target, 'parent'>>;

export interface Judged {
  /** What the request is for. */
  readonly target: JudgedTarget;
  /** Of COPY and MOVE. */
  readonly destination?: JudgedTarget;
  /** GET and HEAD judge RFC 9110's conditions where they choose their answer. */
  readonly ifHeaderOnly?: boolean;
}

/**
 * Judges the request's conditions on what is there now: `If` (RFC 4918 §10.4), then those of RFC 9110 §13. Returns what
 * the operation needs to check them once more inside its transaction.
 * Throws `precondition-failed`, `bad-request`.
 */
export async function judge(request: DavRequest, context: DavContext, judged: Judged): Promise<Conditions> {
  const ifHeader = headerOf(request.headers, 'if');
  const hasOthers = judged.ifHeaderOnly !== true && hasConditions(request.headers);
  if (ifHeader === undefined) {
    if (!hasOthers) return NO_CONDITIONS;
    judgeOthers(request, judged);
    return { tokens: [], expected: expectation(judged.target.found) };
  }

  const lists = parseIf(ifHeader);
  const evaluation = new Evaluation(request, context, judged);
  if (!(await evaluation.holds(lists))) failed('no list of the If header holds');
  if (hasOthers) judgeOthers(request, judged);
  const { target, destination } = evaluation.dependsOn;
  return {
    tokens: submittedTokens(lists),
    expected: hasOthers || target ? expectation(judged.target.found) : undefined,
    expectedDestination: destination ? expectation(judged.destination?.found) : undefined,
  };
}

function judgeOthers({ headers }: DavRequest, { target }: Judged): void {
  const verdict = judgeConditions(headers, target.found?.node, { isReading: false });
  if (verdict === 'failed') failed('the resource is not in the state that was asked for');
}

function failed(message: string): never {
  throw new DomainError('precondition-failed', message);
}

function expectation(found: Located | undefined): Expected {
  return found ? { nodeId: found.node.id, etag: found.node.etag } : 'absent';
}

interface ResourceState {
  readonly etag: string | undefined;
  readonly tokens: ReadonlySet<string>;
}

const NO_STATE: ResourceState = { etag: undefined, tokens: new Set() };

/** Evaluates the lists of one `If` header; looks each resource up once. */
class Evaluation {
  readonly #request: DavRequest;
  readonly #context: DavContext;
  readonly #judged: Judged;
  readonly #states = new Map<string | undefined, ResourceState>();
  /** Whether the outcome rests on the state of the target or destination beyond tokens of locks that hold. */
  readonly dependsOn = { target: false, destination: false };

  constructor(request: DavRequest, context: DavContext, judged: Judged) {
    this.#request = request;
    this.#context = context;
    this.#judged = judged;
  }

  async holds(lists: readonly IfList[]): Promise<boolean> {
    let anyHolds = false;
    for (const { resource, conditions } of lists) {
      const state = await this.#stateOf(resource);
      anyHolds ||= conditions.every((condition) => isMet(condition, state));
      if (conditions.some(restsOnState)) this.#note(resource);
    }
    return anyHolds;
  }

  async #stateOf(resource: string | undefined): Promise<ResourceState> {
    const known = this.#states.get(resource);
    if (known) return known;
    if (this.#states.size >= MAX_RESOURCES) {
      throw new DomainError('bad-request', `an If header may name ${MAX_RESOURCES} resources at most`);
    }
    const state = await this.#lookUp(resource);
    this.#states.set(resource, state);
    return state;
  }

  /** What is not there yet is in the scope of the infinite locks above it all the same (RFC 4918 §10.4.4). */
  async #lookUp(resource: string | undefined): Promise<ResourceState> {
    const { core } = this.#context;
    const target = await this.#find(resource);
    const place = target?.found ?? target?.parent;
    if (!place) return NO_STATE;
    const locks = (await locksCovering(core, place)).filter((lock) => target?.found ?? lock.depth === 'infinity');
    return { etag: target?.found?.node.etag, tokens: new Set(locks.map((lock) => lock.token)) };
  }

  async #find(resource: string | undefined): Promise<JudgedTarget | undefined> {
    const path = this.#pathOf(resource);
    if (!path) return undefined;
    if (isSamePath(path, this.#judged.target.path)) return this.#judged.target;
    return resolve(this.#context, this.#request.actor, path);
  }

  /** Undefined for what is elsewhere: nothing is known about it, so no condition on it is met. */
  #pathOf(resource: string | undefined): NodePath | undefined {
    if (resource === undefined) return this.#judged.target.path;
    try {
      return parseReference(resource, originOf(this.#request, this.#context.settings));
    } catch (error) {
      if (isDomainError(error, 'foreign-destination', 'bad-name')) return undefined;
      throw error;
    }
  }

  #note(resource: string | undefined): void {
    const path = this.#pathOf(resource);
    if (!path) return;
    if (isSamePath(path, this.#judged.target.path)) this.dependsOn.target = true;
    if (this.#judged.destination && isSamePath(path, this.#judged.destination.path)) this.dependsOn.destination = true;
  }
}

function isMet(condition: IfCondition, state: ResourceState): boolean {
  const isThere =
    'token' in condition
      ? state.tokens.has(condition.token)
      : !condition.etag.isWeak && condition.etag.value === state.etag;
  return isThere !== condition.not;
}

/** The operation checks by itself that the locks in the way are those whose tokens were submitted. */
function restsOnState(condition: IfCondition): boolean {
  return 'etag' in condition || (condition.not && condition.token !== NO_LOCK);
}

function isSamePath(one: NodePath, other: NodePath): boolean {
  return (
    one.segments.length === other.segments.length &&
    one.segments.every((segment, index) => nameKey(segment) === nameKey(other.segments[index] ?? ''))
  );
}
