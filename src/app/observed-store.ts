import type { MetadataStore } from '../core/ports/metadata-store.ts';
import type { OperationArgs, OperationName, OperationResult } from '../core/ports/operations.ts';
import { overriding } from './overriding.ts';

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
  return overriding(store, { run });
}
