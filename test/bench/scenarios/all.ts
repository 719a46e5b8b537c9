import { listings } from './listings.ts';
import { loads } from './loads.ts';
import type { Scenario } from './scenario.ts';
import { transfers } from './transfers.ts';
import { trees } from './trees.ts';

export const SCENARIOS: readonly Scenario[] = [...loads, ...listings, ...transfers, ...trees];
