import { assertKept, contentRulesFor, needsType, type ContentRules } from './content-rules.ts';
import { HEAD_BYTES, sniff, sniffQuickly } from './content-type/sniff.ts';
import type { Core } from './core.ts';
import type { Located } from './located.ts';
import { isSidecarName } from './sidecar.ts';
import type { Target } from './tree.ts';

/** A file that is about to come in, as far as anybody knows. */
export interface Announced {
  readonly name: string;
  /** Undefined: nobody knows. */
  readonly sizeBytes: number | undefined;
  /** Finder made it for itself. */
  readonly isSidecar?: boolean | undefined;
}

/**
 * Looks at content on its way in: what it is, and whether the rules of its collection let it. The operation that makes
 * a file of it decides again, under the rules as they are then; but nobody should send all of it only to hear that.
 */
export class ContentGate {
  readonly #rules: ContentRules | undefined;
  readonly #file: Announced;
  #contentType: string | undefined;

  private constructor(rules: ContentRules | undefined, file: Announced) {
    this.#rules = rules;
    this.#file = file;
  }

  /** Throws `rule-violated` for what is known of the file. Costs no statement where no folder has rules. */
  static async open(core: Core, { parent }: Pick<Target, 'parent'>, file: Announced): Promise<ContentGate> {
    const isHidden = file.isSidecar === true && isSidecarName(file.name);
    const rules = parent === undefined || isHidden ? undefined : await rulesIn(core, parent);
    if (rules) assertKept(rules, { ...file, contentType: undefined });
    return new ContentGate(rules, file);
  }

  /** What the content is; undefined of empty content, and where nobody asks and it would take long to tell. */
  get contentType(): string | undefined {
    return this.#contentType;
  }

  /** Takes the first `HEAD_BYTES` of the content, or all of it. Throws `rule-violated`. */
  async judge(head: Uint8Array): Promise<void> {
    if (head.length === 0) return;
    const sizeBytes = this.#file.sizeBytes ?? head.length;
    const isAsked = this.#rules !== undefined && needsType(this.#rules, { sizeBytes });
    this.#contentType = isAsked ? await sniff(head) : await sniffQuickly(head);
    this.#assertKept(sizeBytes);
  }

  /** Passes content through, and ends in `rule-violated` as soon as enough was seen of it. */
  async *watch(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const head = Buffer.allocUnsafe(HEAD_BYTES);
    let headBytes = 0;
    let totalBytes = 0;
    for await (const chunk of source) {
      if (headBytes < HEAD_BYTES) {
        head.set(chunk.subarray(0, HEAD_BYTES - headBytes), headBytes);
        headBytes = Math.min(HEAD_BYTES, headBytes + chunk.length);
        if (headBytes === HEAD_BYTES) await this.judge(head);
      }
      totalBytes += chunk.length;
      if (this.#rules?.maxFileBytes !== undefined) this.#assertKept(totalBytes);
      yield chunk;
    }
    if (headBytes < HEAD_BYTES) await this.judge(head.subarray(0, headBytes));
  }

  #assertKept(sizeBytes: number): void {
    if (this.#rules) assertKept(this.#rules, { name: this.#file.name, sizeBytes, contentType: this.#contentType });
  }
}

/** By what is kept in memory of policies, and the way on which the collection was found. */
async function rulesIn(core: Core, { path, chainIds = [] }: Located): Promise<ContentRules | undefined> {
  const restricting = await core.store.folderRules.restricting();
  if (!chainIds.some((id) => restricting.has(id))) return undefined;
  const links = chainIds.map((nodeId, index) => {
    // From its end: the path may begin at a mount, and the chain does at the root of its space.
    const name = index === 0 ? '' : (path.segments.at(index - chainIds.length) ?? '');
    return { nodeId, name, policy: restricting.get(nodeId) };
  });
  return contentRulesFor(links.reverse());
}
