import type { Core } from '../core/core.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { HomeVisits } from './home-visits.ts';
import { observedBlobs } from './observed-blobs.ts';
import { observedStore } from './observed-store.ts';

interface Watchers {
  readonly metrics: Metrics;
  readonly visits: HomeVisits;
  /** Told after each operation. */
  readonly noteChange: () => void;
}

/** The core that requests work with: what they do is measured and noted. */
export function observedCore(core: Core, { metrics, visits, noteChange }: Watchers): Core {
  const store = observedStore(core.store, (operation, seconds) => {
    metrics.observeOperation(operation, seconds);
    noteChange();
  });
  const blobs = observedBlobs(core.blobs, () => metrics.countDamagedRead());
  metrics.watch({ disks: () => blobs.listDisks(), statements: () => store.statementCount });
  return { ...core, store, blobs, onHomeOpened: visits.note };
}
