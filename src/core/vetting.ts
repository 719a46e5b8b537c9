import { setImmediate } from 'node:timers/promises';
import { forEachBounded } from '../lib/bounded.ts';
import { DomainError, isDomainError } from '../lib/errors.ts';
import { assertKept, contentRulesFor, keyOfRules, needsType } from './content-rules.ts';
import type { ContentLink, ContentRules } from './content-rules.ts';
import { HEAD_BYTES, sniff } from './content-type/sniff.ts';
import type { Core } from './core.ts';
import type { Member } from './ports/folder-rules.ts';
import type { BlobLocation } from './ports/operations.ts';
import type { Vetted } from './ports/rule-operations.ts';
import { isSidecarName } from './sidecar.ts';
import { readSmallContent } from './small-content.ts';

const PAGE = 500;
/** Old content whose beginnings are read at the same time. */
const AT_ONCE = 8;
/** How often a tree may change while it is looked at. */
const MAX_TRIES = 5;

/** Where a tree is to go, and as what. */
interface Destination {
  readonly parentId: number;
  /** Whether policies inside go there along with their collections: by MOVE within a space, never by COPY. */
  readonly how: 'with-policies' | 'without-policies';
}

/**
 * Runs an operation that brings a tree, or what may not have been looked at yet, to where rules hold; looks at it when
 * the operation asks for that, and runs it again. Nothing is looked at where nothing holds.
 * Throws `rule-violated`, and `busy` when the tree keeps changing meanwhile.
 */
export async function vetting<T>(
  core: Core,
  to: Destination,
  run: (vetted: Vetted | undefined) => Promise<T>,
): Promise<T> {
  let vetted: Vetted | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      return await run(vetted);
    } catch (error) {
      const nodeId = isDomainError(error, 'busy') ? error.details.unvettedId : undefined;
      if (nodeId === undefined || tries === MAX_TRIES) throw error;
      vetted = await vet(core, nodeId, to);
    }
  }
}

async function vet(core: Core, nodeId: number, { parentId, how }: Destination): Promise<Vetted | undefined> {
  const node = await core.store.getNode(nodeId);
  if (!node) throw new DomainError('not-found', 'it does not exist any more');
  if (node.kind === 'file') {
    if (node.blobId !== undefined) await examine(core, [node.blobId]);
    return undefined;
  }
  const links = (await core.store.ruleChains([parentId])).get(parentId) ?? [];
  const rules = contentRulesFor(links);
  const own = how === 'with-policies' ? (await core.store.ruleChains([nodeId])).get(nodeId)?.[0] : undefined;
  if (rules) await vetMembers(core, { id: nodeId, links: own ? [own, ...links] : links, outer: links, how });
  return { nodeId, etag: node.etag, rulesKey: keyOfRules(rules) };
}

interface Walk {
  /** Of the collection whose members are looked at. */
  readonly id: number;
  /** From it upwards, as it will be. */
  readonly links: readonly ContentLink[];
  /** Those of the destination. */
  readonly outer: readonly ContentLink[];
  readonly how: Destination['how'];
}

async function vetMembers(core: Core, walk: Walk): Promise<void> {
  const rules = rulesFromOutside(walk);
  for await (const members of memberPages(core, walk.id)) {
    const files = members.filter((member) => !member.isCollection && !isHidden(member));
    if (rules) await assertAllKept(core, rules, files);
    for (const member of members) {
      if (!member.isCollection || member.nodeCount === 0) continue;
      const policy = walk.how === 'with-policies' ? member.policy : undefined;
      const link = { nodeId: member.id, name: member.name, policy };
      await vetMembers(core, { ...walk, id: member.id, links: [link, ...walk.links] });
    }
  }
}

/** What a collection inside says by itself held for what is in it before: only what is new there counts. */
function rulesFromOutside({ links, outer }: Walk): ContentRules | undefined {
  const rules = contentRulesFor(links);
  const isOuter = (folderId: number): boolean => outer.some(({ nodeId }) => nodeId === folderId);
  const kept = Object.entries(rules ?? {}).filter(([, { folderId }]) => isOuter(folderId));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

async function assertAllKept(core: Core, rules: ContentRules, files: readonly Member[]): Promise<void> {
  for (const { name, sizeBytes, contentType } of await withTypes(core, rules, files)) {
    assertKept(rules, { name, sizeBytes, contentType });
  }
}

/** The same files, those among them that nobody has looked at with what their content is, if the rules ask for it. */
export async function withTypes(core: Core, rules: ContentRules, files: readonly Member[]): Promise<readonly Member[]> {
  const unknown = files.filter((file) => file.contentType === undefined && needsType(rules, file));
  if (unknown.length === 0) return files;
  const types = await examine(
    core,
    unknown.flatMap(({ blobId }) => blobId ?? []),
  );
  return files.map((file) => ({ ...file, contentType: file.contentType ?? types.get(file.blobId ?? '') }));
}

/** What only Finder sees is no file to anybody. */
export function isHidden({ name, isSidecar }: Pick<Member, 'name' | 'isSidecar'>): boolean {
  return isSidecar && isSidecarName(name);
}

async function* memberPages(core: Core, parentId: number): AsyncGenerator<readonly Member[]> {
  let after: string | undefined;
  for (;;) {
    const page = await core.store.folderRules.listMembers(parentId, {
      ...(after !== undefined && { after }),
      limit: PAGE,
    });
    if (page.length > 0) yield page;
    after = page.at(-1)?.nameKey;
    if (page.length < PAGE) return;
    await setImmediate();
  }
}

/** Reads the beginnings of stored contents, notes what they are, and gives that. Throws `unavailable`, `corrupt`. */
export async function examine(core: Core, blobIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  await forEachBounded(new Set(blobIds), AT_ONCE, async (blobId) => {
    const location = await core.store.locateBlob(blobId);
    if (!location) throw new DomainError('corrupt', 'the content of a file is not known');
    found.set(blobId, await typeOfStored(core, location));
  });
  const types = Array.from(found, ([blobId, contentType]) => ({ blobId, contentType }));
  if (types.length > 0) await core.store.run('noteContentTypes', { types });
  return found;
}

/** What stored content is, by its beginning. Throws `unavailable`, `corrupt`. */
export async function typeOfStored(core: Core, location: BlobLocation): Promise<string> {
  const range = { start: 0, end: Math.min(HEAD_BYTES, location.sizeBytes) - 1 };
  return sniff(await readSmallContent(core, location, range));
}
