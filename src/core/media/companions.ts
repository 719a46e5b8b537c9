import { nameKey } from '../../lib/node-path.ts';
import type { Node } from '../node.ts';
import { isHiddenName, isWhole, mediaKindOf } from './shown.ts';

const PICTURE = /\.(?:jpg|jpeg|png)$/i;
const SUBTITLES = /[^.]\.srt$/i;
const LANGUAGE =
  /^(?:[a-z]{2,3}(?:-[a-z]{2,4})?|arabic|brazilian|chinese|czech|danish|deutsch|dutch|english|español|espanol|finnish|français|francais|french|german|greek|hebrew|hindi|hungarian|indonesian|italian|italiano|japanese|korean|latvian|lithuanian|estonian|norwegian|polish|portuguese|romanian|russian|simplified|spanish|swedish|thai|traditional|turkish|ukrainian|vietnamese)$/iu;
/** What may stand before that, from behind: `Film.srt`, `Film.de.srt`, `Film.pt-BR.forced.srt`. */
const MARKS: readonly { readonly pattern: RegExp; readonly costs: number }[] = [
  { pattern: /^(?:forced|sdh|cc|hi|default)$/i, costs: 1 },
  { pattern: LANGUAGE, costs: 2 },
];
/** `Rocky.II.srt` is no translation of the first one. */
const PART = /^[IVX]+$/;
/** Only what is said in other languages. */
const FORCED = /^forced$/i;
const LAST = 10;
/** In the order in which they are looked for. */
const FOLDER_COVER = /^(?<what>poster|folder|cover)\.(?:jpg|jpeg|png)$/i;
const FOLDER_COVERS = ['poster', 'folder', 'cover'];

/** A name without its ending, as it is compared. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return nameKey(dot > 0 ? name.slice(0, dot) : name);
}

/** Names without endings of the files that have to do with one of this name, its own among them. */
export function stemsBeside(name: string): string[] {
  const stems = new Set([stemOf(name), ...(name.endsWith('.') ? [nameKey(name)] : [])]);
  for (const { stem } of readingsOf(name)) stems.add(stem);
  return [...stems];
}

export function isFolderCover(name: string): boolean {
  return FOLDER_COVER.test(name);
}

interface Found {
  readonly nodeId: number;
  /** Less is better. */
  readonly rank: number;
  readonly key: string;
}

function better(found: Found, than: Found | undefined): boolean {
  if (than === undefined) return true;
  return found.rank === than.rank ? found.key < than.key : found.rank < than.rank;
}

/** What lies beside films and music in a folder and belongs to them: subtitles and covers. */
export class Companions {
  readonly #subtitles = new Map<string, Found>();
  readonly #covers = new Map<string, Found>();
  readonly #pieces = new Set<string>();
  #folderCover: Found | undefined;

  add(node: Node): void {
    if (node.kind === 'collection' || !isWhole(node) || isHiddenName(node.name)) return;
    const { id: nodeId, name } = node;
    const key = nameKey(name);
    if (PICTURE.test(name)) this.#addPicture({ nodeId, name, key });
    for (const { stem, rank } of readingsOf(name)) this.#keep(this.#subtitles, stem, { nodeId, rank, key });
    const kind = mediaKindOf(node);
    if (kind === 'video' || kind === 'audio') this.#pieces.add(stemOf(name));
  }

  get folderCoverId(): number | undefined {
    return this.#folderCover?.nodeId;
  }

  subtitlesOf(name: string): number | undefined {
    return this.#subtitles.get(stemOf(name))?.nodeId;
  }

  coverOf(name: string): number | undefined {
    return this.#covers.get(stemOf(name))?.nodeId;
  }

  /** Whether a picture is there for something else, and not to be looked at by itself. */
  isCover(name: string): boolean {
    return isFolderCover(name) || (PICTURE.test(name) && this.#pieces.has(stemOf(name)));
  }

  #addPicture({ nodeId, name, key }: { nodeId: number; name: string; key: string }): void {
    this.#keep(this.#covers, stemOf(name), { nodeId, rank: 0, key });
    const what = FOLDER_COVER.exec(name)?.groups?.['what'];
    if (what === undefined) return;
    const found = { nodeId, rank: FOLDER_COVERS.indexOf(what.toLowerCase()), key };
    if (better(found, this.#folderCover)) this.#folderCover = found;
  }

  #keep(group: Map<string, Found>, stem: string, found: Found): void {
    if (better(found, group.get(stem))) group.set(stem, found);
  }
}

/** The films that subtitles of this name may be for, and how well they would do. */
function readingsOf(name: string): { stem: string; rank: number }[] {
  if (!SUBTITLES.test(name)) return [];
  let parts = stemOf(name).split('.');
  let rank = 0;
  const readings = [{ stem: parts.join('.'), rank }];
  for (const { pattern, costs } of MARKS) {
    const mark = parts.at(-1) ?? '';
    if (parts.length < 2 || !pattern.test(mark) || PART.test(mark)) continue;
    parts = parts.slice(0, -1);
    rank += FORCED.test(mark) ? LAST : costs;
    readings.push({ stem: parts.join('.'), rank });
  }
  return readings;
}
