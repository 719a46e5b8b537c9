import type { SeededRandom } from '../../support/content.ts';

/** What is known of one file or collection. `note` is a dead property. */
export interface FileState {
  readonly kind: 'file';
  readonly seed: string;
  readonly sizeBytes: number;
  readonly note?: string | undefined;
}
export interface CollectionState {
  readonly kind: 'collection';
  readonly note?: string | undefined;
}

/** A tree as it should be: everything in it by its path. */
export type Model = ReadonlyMap<string, FileState | CollectionState>;

export type Operation =
  | {
      readonly kind: 'put';
      readonly path: string;
      readonly seed: string;
      readonly sizeBytes: number;
      readonly isChunked: boolean;
    }
  | { readonly kind: 'mkcol' | 'delete'; readonly path: string }
  | { readonly kind: 'move' | 'copy'; readonly path: string; readonly to: string }
  | { readonly kind: 'proppatch'; readonly path: string; readonly note: string };

/** The tree after an operation; the one before stays as it is. */
export function apply(model: Model, operation: Operation): Model {
  const after = new Map(model);
  const { path } = operation;
  switch (operation.kind) {
    case 'put': {
      const { seed, sizeBytes } = operation;
      after.set(path, { kind: 'file', seed, sizeBytes, note: model.get(path)?.note });
      break;
    }
    case 'mkcol':
      after.set(path, { kind: 'collection' });
      break;
    case 'proppatch':
      after.set(path, { ...model.get(path)!, note: operation.note });
      break;
    case 'delete':
      removeTree(after, path);
      break;
    case 'copy':
    case 'move': {
      const members = treeAt(model, path);
      if (operation.kind === 'move') removeTree(after, path);
      removeTree(after, operation.to);
      for (const [member, state] of members) after.set(operation.to + member.slice(path.length), state);
    }
  }
  return after;
}

function treeAt(model: Model, path: string): [string, FileState | CollectionState][] {
  return [...model].filter(([candidate]) => contains(path, candidate));
}

function removeTree(model: Map<string, unknown>, path: string): void {
  for (const candidate of model.keys()) if (contains(path, candidate)) model.delete(candidate);
}

/** Whether `candidate` is `path` or lies below it. */
function contains(path: string, candidate: string): boolean {
  return candidate === path || candidate.startsWith(`${path}/`);
}

const MAX_DEPTH = 6;
/** A worker's tree stays about this large. */
const FULL_TREE = 40;

/** Chooses what a worker does next. New things go into its own collection, a deeper one, or the one that all share. */
export class OperationChooser {
  readonly #random: SeededRandom;
  readonly #worker: string;
  #count = 0;

  constructor(random: SeededRandom, worker: string) {
    this.#random = random;
    this.#worker = worker;
  }

  next(model: Model): Operation {
    const known = [...model.keys()];
    const draw = this.#random.fraction();
    if (known.length === 0 || draw < (known.length > FULL_TREE ? 0.1 : 0.4)) return this.#put(this.#newPath(model));
    if (draw < 0.5) return this.#overwrite(model);
    if (draw < 0.56) return { kind: 'mkcol', path: this.#newPath(model) };
    if (draw < 0.65) return { kind: 'proppatch', path: this.#random.pick(known), note: `note ${this.#serial()}` };
    if (draw < 0.85) return this.#relocate(draw < 0.75 ? 'move' : 'copy', model);
    return { kind: 'delete', path: this.#random.pick(known) };
  }

  #serial(): string {
    return `${this.#worker}-${this.#count++}`;
  }

  #put(path: string): Operation {
    return {
      kind: 'put',
      path,
      seed: this.#serial(),
      sizeBytes: this.#size(),
      isChunked: this.#random.fraction() < 0.4,
    };
  }

  /** From nothing to 2 MiB, mostly small: those that share a pack, those around its limit, and large ones. */
  #size(): number {
    const draw = this.#random.fraction();
    if (draw < 0.05) return 0;
    if (draw < 0.6) return this.#random.integer(1, 8 * 1024);
    if (draw < 0.8) return this.#random.integer(8 * 1024, 64 * 1024);
    if (draw < 0.83) return 64 * 1024 + this.#random.integer(-1, 1);
    if (draw < 0.98) return this.#random.integer(64 * 1024, 300 * 1024);
    return this.#random.integer(300 * 1024, 2 * 1024 * 1024);
  }

  #overwrite(model: Model): Operation {
    const files = [...model].filter(([, state]) => state.kind === 'file').map(([path]) => path);
    return this.#put(files.length === 0 ? this.#newPath(model) : this.#random.pick(files));
  }

  #relocate(kind: 'move' | 'copy', model: Model): Operation {
    const path = this.#random.pick([...model.keys()]);
    const others = [...model.keys()].filter((other) => !contains(path, other) && !contains(other, path));
    const to =
      others.length > 0 && this.#random.fraction() < 0.3 ? this.#random.pick(others) : this.#newPath(model, path);
    return { kind, path, to };
  }

  /** A free path, not inside `outside`. */
  #newPath(model: Model, outside?: string): string {
    const draw = this.#random.fraction();
    const name = `n${this.#serial()}`;
    if (draw < 0.2) return `shared/${name}`;
    const collections = [...model].filter(
      ([path, { kind }]) =>
        kind === 'collection' && path.split('/').length < MAX_DEPTH && !(outside && contains(outside, path)),
    );
    if (draw < 0.5 || collections.length === 0) return `${this.#worker}/${name}`;
    return `${this.#random.pick(collections)[0]}/${name}`;
  }
}
