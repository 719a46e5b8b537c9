import type { Core } from '../core/core.ts';
import type { HealthProbes } from '../observe/health.ts';
import { HealthWatch } from '../observe/health-watch.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { SearchKeeper } from './search-keeper.ts';
import { Upkeep, type Chore } from './upkeep.ts';

/** The slow work on disks, and `chores`. */
export function beginUpkeep(
  core: Core,
  { log, metrics, chores }: { log: Log; metrics: Metrics; chores: readonly Chore[] },
): Upkeep {
  return new Upkeep(core, chores, {
    onFailure: (error) => log.error({ error }, 'upkeep failed; it is tried again'),
    onMoved: (sizeBytes) => metrics.countCompacted(sizeBytes),
    onTidied: (disk, { count, problems }) => log.warn({ disk, count, problems }, 'a disk was not as it should be'),
  });
}

export function keepSearchIndex(core: Core, log: Log): SearchKeeper {
  return new SearchKeeper(core, {
    onFailure: (error) => log.error({ error }, 'names could not be indexed; it is tried again'),
    onIndexed: (count, tookMs) => log.info({ count, tookMs }, 'indexed names'),
  });
}

export function watchHealth(probes: HealthProbes, log: Log): HealthWatch {
  return new HealthWatch(probes, {
    onProblem: (problem) => log.warn(problem),
    onOver: (problem) => log.info({ problem }, 'this is over'),
  });
}
