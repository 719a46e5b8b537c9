import { contentRulesFor, violationBy, type ContentLink, type ContentRuleName } from './content-rules.ts';
import type { Actor } from './actor.ts';
import type { Core } from './core.ts';
import { isAllowed } from './permissions.ts';
import type { Member } from './ports/folder-rules.ts';
import { reachNode } from './reach.ts';
import { locate, type Whereabouts } from './tree.ts';
import { isHidden, withTypes } from './vetting.ts';

const PAGE = 200;
/** So many nodes are looked at for one page of offenders, found or not. */
const MAX_LOOKED_AT = 2000;

/** A file that would not be let in where it is. */
export interface Offender {
  readonly nodeId: number;
  /** As the asker sees it. */
  readonly segments: readonly string[];
  readonly sizeBytes: number;
  readonly contentType: string | undefined;
  readonly rule: ContentRuleName;
  /** The collection whose policy sets the rule. */
  readonly folderId: number;
  readonly message: string;
}

/** How far a walk came: the collections that it is in, from the top, and the last member of each that is done. */
export type WalkPlace = readonly { readonly id: number; readonly after: string }[];

export interface OffenderPage {
  readonly offenders: readonly Offender[];
  /** Where to go on; undefined at the end. A page can be empty before that. */
  readonly next: WalkPlace | undefined;
}

/** A collection that the walk is in. */
interface Frame {
  readonly id: number;
  readonly segments: readonly string[];
  readonly links: readonly ContentLink[];
  after: string;
  /** Members that were read and are not done. */
  waiting: readonly Member[];
  isRead: boolean;
}

/**
 * The files at and below a collection that break the rules which hold where they are: what was there before the rules
 * stays. Throws `not-found`.
 */
export async function offendersBelow(
  core: Core,
  actor: Actor,
  where: Whereabouts,
  { place, limit }: { place: WalkPlace | undefined; limit: number },
): Promise<OffenderPage> {
  const { node } = await locate(core, actor, where);
  const frames: Frame[] = [];
  for (const at of place ?? [{ id: node.id, after: '' }]) {
    const frame = await openFrame(core, actor, at);
    if (frame) frames.push(frame);
  }
  const offenders: Offender[] = [];
  let lookedAt = 0;
  while (frames.length > 0) {
    if (offenders.length >= limit || lookedAt >= MAX_LOOKED_AT) {
      return { offenders, next: frames.map(({ id, after }) => ({ id, after })) };
    }
    lookedAt += await step(core, frames, offenders);
  }
  return { offenders, next: undefined };
}

/** Undefined for a collection that is gone, or that the asker does not see (any more). */
async function openFrame(core: Core, actor: Actor, { id, after }: WalkPlace[number]): Promise<Frame | undefined> {
  const located = await reachNode(core, actor, id);
  if (!located || !isAllowed(actor, 'read', located.node, located.space)) return undefined;
  const links = (await core.store.ruleChains([id])).get(id) ?? [];
  return { id, segments: located.path.segments, links, after, waiting: [], isRead: false };
}

/** Does the next member of the innermost collection, or leaves it; gives how many nodes that was. */
async function step(core: Core, frames: Frame[], offenders: Offender[]): Promise<number> {
  const frame = frames.at(-1);
  if (!frame) return 0;
  if (frame.waiting.length === 0) {
    if (frame.isRead) frames.pop();
    else await readOn(core, frame);
    return 0;
  }
  const [member, ...others] = frame.waiting;
  if (!member) return 0;
  frame.waiting = others;
  frame.after = member.nameKey;
  const segments = [...frame.segments, member.name];
  if (!member.isCollection) {
    const offender = judge(frame.links, member, segments);
    if (offender) offenders.push(offender);
  } else if (member.nodeCount > 0) {
    const links = [{ nodeId: member.id, name: member.name, policy: member.policy }, ...frame.links];
    frames.push({ id: member.id, segments, links, after: '', waiting: [], isRead: false });
  }
  return 1;
}

async function readOn(core: Core, frame: Frame): Promise<void> {
  const page = await core.store.folderRules.listMembers(frame.id, { after: frame.after, limit: PAGE });
  frame.isRead = page.length < PAGE;
  const rules = contentRulesFor(frame.links);
  const shown = page.filter((member) => !isHidden(member));
  frame.waiting = rules ? await withTypes(core, rules, shown) : shown;
}

function judge(links: readonly ContentLink[], member: Member, segments: readonly string[]): Offender | undefined {
  const rules = contentRulesFor(links);
  const violation = rules && violationBy(rules, member);
  if (!violation) return undefined;
  const { rule, folderId, message } = violation;
  const { id: nodeId, sizeBytes, contentType } = member;
  return { nodeId, segments, sizeBytes, contentType, rule, folderId, message };
}
