import assert from 'node:assert/strict';
import { copy, move } from '../../src/core/copy-move.ts';
import { NO_CONDITIONS } from '../../src/core/core.ts';
import { lock } from '../../src/core/locks.ts';
import { offendersBelow, type Offender, type WalkPlace } from '../../src/core/offenders.ts';
import { setPolicy } from '../../src/core/policies.ts';
import type { PolicyRules } from '../../src/core/rules.ts';
import { putFile } from '../../src/core/transfer.ts';
import { find } from '../../src/core/tree.ts';
import { listVersions } from '../../src/core/versions.ts';
import { parsePlainPath } from '../../src/lib/node-path.ts';
import type { TestCore } from '../support/test-core.ts';

const path = parsePlainPath;
const LARGE = 200_000;

/** Content that begins as `head` and is too large for a pack. */
export const grown = (head: Uint8Array, length = LARGE): Buffer => Buffer.concat([head, Buffer.alloc(length, ' ')]);

interface Sent {
  /** The client says how much it is. */
  readonly isAnnounced?: boolean;
  readonly isSidecar?: boolean;
  readonly pieceBytes?: number;
  readonly onPiece?: () => void;
}

/** What tests of rules do, as ann. */

export function rulesScene(current: () => TestCore) {
  const ann = () => current().as('ann');
  async function put(at: string, content: Uint8Array, sent: Sent = {}): Promise<number> {
    const { isAnnounced = true, isSidecar = false, pieceBytes = 65_536, onPiece } = sent;
    async function* source() {
      for (let start = 0; start < content.length; start += pieceBytes) {
        onPiece?.();
        yield content.subarray(start, start + pieceBytes);
      }
    }
    const sizeBytes = isAnnounced ? content.length : undefined;
    const body = { source: source(), sizeBytes, mediaType: 'image/png', isSidecar };
    const how = { body, conditions: NO_CONDITIONS, signal: new AbortController().signal };
    return (await putFile(current().core, ann(), await find(current().core, ann(), path(at)), how)).nodeId;
  }
  const set = (at: string, changes: PolicyRules, isEnabled?: boolean) =>
    setPolicy(current().core, ann(), path(at), { changes, isEnabled });
  const sizeOf = async (at: string) => (await find(current().core, ann(), path(at))).found?.node.sizeBytes;
  const moveTo = (from: string, to: string, overwrite = false) =>
    move(current().core, ann(), { from: path(from), to: path(to), overwrite }, NO_CONDITIONS);
  const copyTo = (from: string, to: string, overwrite = false) => {
    const how = { from: path(from), to: path(to), overwrite, depth: 'infinity' as const };
    return copy(current().core, ann(), { ...how, signal: new AbortController().signal }, NO_CONDITIONS);
  };
  const refused = (work: Promise<unknown>, message: RegExp) => assert.rejects(work, { code: 'rule-violated', message });
  const lockNew = (at: string) =>
    lock(current().core, ann(), path(at), {
      request: {
        depth: '0',
        scope: 'exclusive',
        ownerXml: '',
        client: { agent: '', address: '' },
        timeoutSeconds: undefined,
      },
      conditions: NO_CONDITIONS,
    });
  /** As if it was stored before anybody looked at content. */
  async function forget(...files: string[]): Promise<void> {
    const blobIds: string[] = [];
    for (const file of files) {
      blobIds.push((await find(current().core, ann(), path(file))).found!.node.blobId!);
      for (const { blobId } of await listVersions(current().core, ann(), path(file))) blobIds.push(blobId);
    }
    const types = blobIds.map((blobId) => ({ blobId, contentType: null as never }));
    await current().core.store.run('noteContentTypes', { types });
  }
  async function nothingIsLeft(): Promise<void> {
    assert.deepEqual(await current().core.store.listUploads(), []);
    const user = (await current().core.store.findUser('ann'))!;
    assert.equal(user.reservedBytes, 0);
  }
  async function offenders(at: string, limit = 100): Promise<string[]> {
    const found: Offender[] = [];
    let place: WalkPlace | undefined;
    do {
      const page = await offendersBelow(current().core, ann(), path(at), { place, limit });
      assert.ok(page.offenders.length <= limit);
      found.push(...page.offenders);
      place = page.next;
    } while (place);
    return found.map(({ segments, rule }) => `${segments.join('/')}: ${rule}`);
  }

  return { ann, put, set, sizeOf, moveTo, copyTo, refused, lockNew, forget, nothingIsLeft, offenders };
}
