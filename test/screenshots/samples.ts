import sharp from 'sharp';
import type { ApiClient } from '../support/api-client.ts';

const WIDTH = 1600;
const HEIGHT = 1200;

/** A landscape that nobody has photographed: hills before a sky, in colours that follow from `seed`. */
async function landscape(seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const hue = (seed * 47) % 360;
  const hills = [0.55, 0.68, 0.82].map((height, layer) => {
    const points = Array.from({ length: 41 }, (_, step) => {
      const wave = Math.sin(step * 0.35 + seed * (layer + 1)) * 0.06 + Math.sin(step * 0.9 + seed) * 0.025;
      return `${(step * WIDTH) / 40},${(height + wave) * HEIGHT}`;
    });
    const colour = `hsl(${(hue + 120) % 360} 30% ${48 - layer * 13}%)`;
    return `<polygon fill="${colour}" points="0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}"/>`;
  });
  const sun = `<circle cx="${300 + ((seed * 233) % 1000)}" cy="${300 + ((seed * 71) % 200)}" r="90" fill="hsl(${hue} 90% 88%)"/>`;
  const sky = `<linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${(hue + 200) % 360} 55% 55%)"/><stop offset="1" stop-color="hsl(${hue} 75% 82%)"/></linearGradient>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><defs>${sky}</defs><rect width="100%" height="100%" fill="url(#sky)"/>${sun}${hills.join('')}</svg>`;
  return new Uint8Array(await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer());
}

const TEXTS: Readonly<Record<string, string>> = {
  '/Mere/Recipes/Rye bread.md': '# Rye bread\n\n- 500 g rye flour\n- 10 g salt\n- caraway\n',
  '/Mere/Letter to the landlord.odt': 'Dear Sir or Madam',
  '/Mere/Budget 2026.csv': 'month,rent,food\nJanuary,700,320\nFebruary,700,298\n',
  '/Mere/Backup of the old laptop.tar.gz': 'x'.repeat(40_000),
  '/Mere/Tax return.pdf': '%PDF-1.4\n',
  '/Mere/notes.txt': 'Call the plumber.\n',
};

/** What somebody who has used the server for a while has there. */
export async function putSamples(api: ApiClient): Promise<void> {
  for (const path of ['/Mere/Recipes', '/Mere/Invoices', '/Gallery/Summer']) {
    await api.ok('createFolder', { body: { path } });
  }
  for (const [path, text] of Object.entries(TEXTS)) {
    await api.ok('uploadFile', { query: { path }, content: Buffer.from(text) });
  }
  for (let number = 1; number <= 18; number += 1) {
    const path = `/Gallery/Summer/IMG_${2030 + number}.jpg`;
    await api.ok('uploadFile', { query: { path }, content: await landscape(number) });
  }
}
