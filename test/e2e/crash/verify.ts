import { seededBytes, sha256 } from '../../support/content.ts';
import type { DavClient } from '../../support/dav-client.ts';
import { apply, type Model } from './model.ts';
import { NOTE, type Writer } from './writer.ts';

/** What the server holds at a path. */
interface Found {
  kind: 'file' | 'collection';
  sizeBytes: number;
  note: string | undefined;
  /** Of a file's content, or the status that came instead. */
  hash: string | undefined;
}
type FoundTree = Map<string, Found>;

const ASKED = '<D:resourcetype/><D:getcontentlength/><note xmlns="urn:nosocial:test"/>';

/** Lists and reads everything below `crash/`, and sorts it by the writer that it belongs to. */
export async function readTrees(dav: DavClient, writers: readonly Writer[]): Promise<Map<Writer, FoundTree>> {
  const trees = new Map<Writer, FoundTree>();
  const shared = await readTree(dav, 'shared');
  await Promise.all(
    writers.map(async (writer) => {
      const own = await readTree(dav, writer.name);
      const inShared = [...shared].filter(([path]) => path.startsWith(`shared/n${writer.name}-`));
      for (const [path] of inShared) shared.delete(path);
      trees.set(writer, new Map([...own, ...inShared]));
    }),
  );
  if (shared.size > 0) throw new Error(`nobody wrote ${[...shared.keys()].join(', ')}`);
  return trees;
}

async function readTree(dav: DavClient, folder: string): Promise<FoundTree> {
  const tree: FoundTree = new Map();
  const visit = async (collection: string): Promise<void> => {
    for (const [name, entry] of await dav.list(`crash/${collection}`, ASKED)) {
      const path = `${collection}/${name}`;
      const sizeBytes = Number(entry.properties.get('DAV: getcontentlength') ?? 0);
      const hash = entry.isCollection ? undefined : await hashAt(dav, `crash/${path}`);
      const kind = entry.isCollection ? 'collection' : 'file';
      tree.set(path, { kind, sizeBytes, note: entry.properties.get(NOTE), hash });
      if (entry.isCollection) await visit(path);
    }
  };
  await visit(folder);
  return tree;
}

async function hashAt(dav: DavClient, path: string): Promise<string> {
  const { status, body } = await dav.request('GET', path);
  return status === 200 ? sha256(body) : `status ${status}`;
}

/**
 * Takes what the server holds as the writer's new model: it must be everything that was acknowledged, with the
 * operation that was under way either whole or not at all. Gives what is wrong otherwise.
 */
export function reconcile(writer: Writer, found: FoundTree): string[] {
  const { model, inFlight } = writer;
  const candidates = inFlight === undefined ? [model] : [model, apply(model, inFlight)];
  const differences = candidates.map((candidate) => compare(candidate, found));
  const match = candidates.find((_, index) => differences[index]?.length === 0);
  if (match) {
    writer.model = match;
    writer.inFlight = undefined;
    return [];
  }
  return [
    `${writer.name}, with ${JSON.stringify(inFlight)} under way`,
    ...differences.flatMap((lines, index) => [
      index === 0 ? ' as if it had not happened:' : ' as if it had happened:',
      ...lines,
    ]),
  ];
}

function compare(model: Model, found: FoundTree): string[] {
  const differences = [...found.keys()]
    .filter((path) => !model.has(path))
    .map((path) => `  ${path} should not be there`);
  for (const [path, state] of model) {
    const there = found.get(path);
    const wanted = {
      kind: state.kind,
      sizeBytes: state.kind === 'file' ? state.sizeBytes : 0,
      note: state.note,
      hash: state.kind === 'file' ? hashOf(state.seed, state.sizeBytes) : undefined,
    };
    if (there === undefined) differences.push(`  ${path} is missing`);
    else if (JSON.stringify(there.kind === 'file' ? there : { ...there, sizeBytes: 0 }) !== JSON.stringify(wanted)) {
      differences.push(`  ${path} is ${JSON.stringify(there)}, not ${JSON.stringify(wanted)}`);
    }
  }
  return differences;
}

const hashes = new Map<string, string>();

function hashOf(seed: string, sizeBytes: number): string {
  const key = `${seed}:${sizeBytes}`;
  const known = hashes.get(key) ?? sha256(seededBytes(seed, sizeBytes));
  hashes.set(key, known);
  return known;
}
