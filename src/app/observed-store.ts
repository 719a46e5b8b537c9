import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { OperationArgs, OperationName, OperationResult } from '../core/ports/operations.ts';

type Observe = (operation: OperationName, seconds: number) => void;

/** The same store, with the time of each named operation told to `observe`, whether or not it succeeds. */
export function observedStore(store: MetadataStore, observe: Observe): MetadataStore {
  async function run<K extends OperationName>(name: K, args: OperationArgs<K>): Promise<OperationResult<K>> {
    const startedAt = performance.now();
    try {
      return await store.run(name, args);
    } finally {
      observe(name, (performance.now() - startedAt) / 1000);
    }
  }
  const methods = new Map<string | symbol, unknown>([['run', run]]);
  return new Proxy(store, {
    get(target, key) {
      const known = methods.get(key);
      if (known !== undefined) return known;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method: unknown = value.bind(target);
      methods.set(key, method);
      return method;
    },
  });
}
