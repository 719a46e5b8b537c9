import { assertKept, assertRenamable, contentRulesFor, keyOfRules, needsType } from '../../core/content-rules.ts';
import type { ContentRules, IncomingFile } from '../../core/content-rules.ts';
import { UNKNOWN_TYPE } from '../../core/content-type/kinds.ts';
import type { OperationArgs } from '../../core/ports/operations.ts';
import type { Vetted } from '../../core/ports/rule-operations.ts';
import { isSidecarName } from '../../core/sidecar.ts';
import { DomainError } from '../../lib/errors.ts';
import { policyOf } from '../policy-columns.ts';
import type { Query } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Chain } from './ancestors.ts';
import { etagOf, type NodeRow } from './node-rows.ts';

/** The rules for what comes into the collection at the start of `chain`. Where there are none, this costs nothing. */
function rulesIn(chain: Chain): ContentRules | undefined {
  if (chain.every(({ preset }) => preset === null)) return undefined;
  return contentRulesFor(
    chain.map((node) => ({
      nodeId: node.id,
      name: node.parentId === 0 ? '' : node.nameKey,
      policy: policyOf(node.id, node),
    })),
  );
}

interface NewContent {
  readonly name: string;
  /** Undefined: it is empty. */
  readonly blob: { readonly sizeBytes: number; readonly contentType?: string } | undefined;
  readonly isSidecar?: boolean | undefined;
  readonly onto: NodeRow | undefined;
}

/** New content under its name. Content that nobody looked at is unknown. Throws `rule-violated`. */
export function assertContentKept(parent: Chain, { name, blob, isSidecar = false, onto }: NewContent): void {
  const rules = rulesIn(parent);
  if (rules === undefined || isHidden({ name, isSidecar, onto })) return;
  const contentType = blob?.contentType ?? UNKNOWN_TYPE;
  assertKept(rules, { name, sizeBytes: blob?.sizeBytes ?? 0, contentType });
}

/**
 * What only Finder sees, beside what it belongs to, is no file to anybody; it becomes one where it comes onto a file
 * that all see.
 */
function isHidden({ name, isSidecar, onto }: Pick<NewContent, 'name' | 'onto'> & { isSidecar: boolean }): boolean {
  return isSidecar && isSidecarName(name) && onto?.isSidecar !== 0;
}

function isHiddenNode(node: NodeRow, name = node.name, onto?: NodeRow): boolean {
  return isHidden({ name, isSidecar: node.isSidecar === 1, onto });
}

/** A node that is to come below `to`, as `name`. */
export interface Incoming {
  readonly node: NodeRow;
  /** The collections that it comes from; undefined for a copy, and for what comes from the trash. */
  readonly from: Chain | undefined;
  readonly to: Chain;
  readonly name: string;
  /** What is there now. */
  readonly onto: NodeRow | undefined;
  readonly vetted: Vetted | undefined;
}

/**
 * What lay under the very same rules before may be moved about beneath them, whatever it is. Throws `rule-violated`, and
 * `busy` with `unvettedId` for what somebody has to look at first.
 */
export async function assertArrivalKept(tx: Transaction, incoming: Incoming): Promise<void> {
  const { node, from, name, vetted } = incoming;
  const rules = rulesIn(incoming.to);
  if (rules === undefined || isHiddenNode(node, name, incoming.onto)) return;
  const isFromSame = from !== undefined && !isHiddenNode(node) && keyOfRules(rulesIn(from)) === keyOfRules(rules);
  if (node.isCollection === 1) {
    if (node.nodeCount > 0 && !isFromSame) assertVetted(node, rules, vetted);
    return;
  }
  if (isFromSame && name === node.name) return;
  const file = await incomingFile(tx, rules, node);
  if (isFromSame) assertRenamable(rules, file, name);
  else assertKept(rules, { ...file, name });
}

/** An old content that is to be the content again. Throws as `assertArrivalKept`. */
export function assertVersionKept(
  above: Chain,
  node: NodeRow,
  version: { sizeBytes: number; contentType: string | null },
): void {
  const rules = rulesIn(above);
  if (rules === undefined || isHiddenNode(node)) return;
  const { sizeBytes, contentType } = version;
  if (contentType === null && needsType(rules, version)) throw unvetted(node.id);
  assertKept(rules, { name: node.name, sizeBytes, contentType: contentType ?? undefined });
}

const CONTENT_TYPE = 'SELECT content_type AS contentType FROM blob_object WHERE blob_id = ?' as Query<{
  contentType: string | null;
}>;

async function incomingFile(tx: Transaction, rules: ContentRules, node: NodeRow): Promise<IncomingFile> {
  const { name, sizeBytes, blobId } = node;
  if (blobId === null || !needsType(rules, node)) return { name, sizeBytes, contentType: undefined };
  const { contentType } = (await tx.get(CONTENT_TYPE, [blobId])) ?? { contentType: null };
  if (contentType === null) throw unvetted(node.id);
  return { name, sizeBytes, contentType };
}

function assertVetted(node: NodeRow, rules: ContentRules, vetted: Vetted | undefined): void {
  const isVetted = vetted?.nodeId === node.id && vetted.etag === etagOf(node) && vetted.rulesKey === keyOfRules(rules);
  if (!isVetted) throw unvetted(node.id);
}

function unvetted(nodeId: number): DomainError {
  const details = { unvettedId: nodeId, retryAfterSeconds: 1 };
  return new DomainError('busy', 'what is to come here changes while it is looked at', details);
}

export async function noteContentTypes(tx: Transaction, { types }: OperationArgs<'noteContentTypes'>): Promise<void> {
  for (const { blobId, contentType } of types) {
    await tx.run('UPDATE blob_object SET content_type = ? WHERE blob_id = ?', [contentType, blobId]);
  }
}
