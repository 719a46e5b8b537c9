// npm run build: dist/ from src/, when it is stale.
import { ensureBuilt, ensureInstalled, launch } from './checkout.mjs';

await launch(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
