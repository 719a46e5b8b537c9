// npm run build: dist/ from src/ and ui/, when it is stale. `npm run build -- page`: the web page alone.
import { ensureBuilt, ensureInstalled, ensurePageBuilt, launch } from './checkout.mjs';

await launch(async ([part]) => {
  await ensureInstalled();
  await (part === 'page' ? ensurePageBuilt() : ensureBuilt());
});
