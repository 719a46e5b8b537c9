import { hasContentRules } from '../core/content-rules.ts';
import type { FolderRules, Member } from '../core/ports/folder-rules.ts';
import type { OperationArgs, OperationName } from '../core/ports/operations.ts';
import type { Page } from '../core/ports/page.ts';
import type { Policy } from '../core/rules.ts';
import { contentTypeOf, membersOf, policiesAfter, policiesIn } from './reads/policies.ts';
import type { Engine } from './engine.ts';

const POLICIES_PAGE = 500;

/** What is done often and neither sets, makes nor removes a policy. After any other operation they are read again. */
const WITHOUT_POLICIES: ReadonlySet<OperationName> = new Set<OperationName>([
  'putFile',
  'createCollection',
  'copyTree',
  'startCopy',
  'continueCopy',
  'finishCopy',
  'changeProperties',
  'trashNode',
  'restoreVersion',
  'createLock',
  'refreshLock',
  'removeLock',
  'expireLocks',
  'reserveUpload',
  'extendUpload',
  'releaseUpload',
  'openPack',
  'sealPack',
  'collectBlobs',
  'forgetBlobs',
  'noteContentTypes',
  'noteLogin',
  'noteClient',
  'noteAppPasswordUse',
  'createSession',
  'renewSession',
  'touchSession',
  'beginResumableUpload',
  'sizeResumableUpload',
  'advanceResumableUpload',
  'finishResumableUpload',
  'forgetResumableUpload',
  'openSearchSegment',
  'fillSearchSegment',
  'useSearchSegments',
  'pruneChanges',
]);

export class SqlFolderRules implements FolderRules {
  readonly #engine: () => Engine;
  #restricting: Promise<ReadonlyMap<number, Policy>> | undefined;

  constructor(engine: () => Engine) {
    this.#engine = engine;
  }

  areChangedBy<K extends OperationName>(name: K, args: OperationArgs<K>): boolean {
    if (name === 'moveNode') return (args as OperationArgs<'moveNode'>).replaces === 'own';
    return !WITHOUT_POLICIES.has(name);
  }

  /** To be called once an operation that may have changed policies is done, however it ended. */
  forget(): void {
    this.#restricting = undefined;
  }

  async restricting(): Promise<ReadonlyMap<number, Policy>> {
    const reading = (this.#restricting ??= this.#readAll());
    try {
      return await reading;
    } catch (error) {
      if (this.#restricting === reading) this.#restricting = undefined;
      throw error;
    }
  }

  async #readAll(): Promise<ReadonlyMap<number, Policy>> {
    const found = new Map<number, Policy>();
    let after = 0;
    for (;;) {
      const page = await this.#engine().all(policiesAfter, [after, POLICIES_PAGE]);
      for (const policy of page) if (hasContentRules(policy)) found.set(policy.nodeId, policy);
      after = page.at(-1)?.nodeId ?? after;
      if (page.length < POLICIES_PAGE) return found;
    }
  }

  async listPoliciesIn(spaceIds: readonly number[], { after = 0, limit }: Page<number>): Promise<Policy[]> {
    const engine = this.#engine();
    const ids = engine.dialect.oneOf(spaceIds);
    return engine.all(policiesIn(ids.sql), [after, ...ids.params, limit]);
  }

  async listMembers(parentId: number, { after = '', limit }: Page<string>): Promise<Member[]> {
    return this.#engine().all(membersOf, [parentId, after, limit]);
  }

  async contentTypeOf(blobId: string): Promise<string | undefined> {
    return (await this.#engine().first(contentTypeOf, [blobId])) ?? undefined;
  }
}
