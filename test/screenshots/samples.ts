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

interface Sample {
  readonly path: string;
  readonly content: string;
  /** Filled up with blanks, so that sizes look as they do. */
  readonly sizeBytes?: number;
  readonly modifiedAt: string;
}

const DOCUMENTS: readonly Sample[] = [
  {
    path: '/Mere/Recipes/Rye bread.md',
    content: '# Rye bread\n\n- 500 g rye flour\n- 10 g salt\n- caraway\n',
    modifiedAt: '2026-03-02T17:20:00Z',
  },
  { path: '/Mere/Letter to the landlord.odt', content: '', sizeBytes: 38_400, modifiedAt: '2026-10-12T09:14:00Z' },
  {
    path: '/Mere/Budget 2026.csv',
    content: 'month,rent,food\nJanuary,700,320\nFebruary,700,298\n',
    modifiedAt: '2026-11-01T18:02:00Z',
  },
  {
    path: '/Mere/Backup of the old laptop.zip',
    content: '',
    sizeBytes: 21_300_000,
    modifiedAt: '2025-08-30T21:45:00Z',
  },
  {
    path: '/Mere/Tax return 2025.pdf',
    content: '%PDF-1.4\n',
    sizeBytes: 1_260_000,
    modifiedAt: '2026-04-28T20:31:00Z',
  },
  { path: '/Mere/Harbour.jpg', content: '', modifiedAt: '2026-07-19T15:11:00Z' },
  { path: '/Mere/notes.txt', content: 'Call the plumber.\n', modifiedAt: '2026-11-20T08:05:00Z' },
  { path: '/Mere/notes.txt', content: 'Call the plumber.\nWater the plants.\n', modifiedAt: '2026-11-21T07:40:00Z' },
];

/** What somebody who has used the server for a while has there. */
export async function putSamples(api: ApiClient): Promise<void> {
  for (const path of ['/Mere/Recipes', '/Mere/Invoices', '/Gallery/Summer']) {
    await api.ok('createFolder', { body: { path } });
  }
  for (const { path, content, sizeBytes = content.length, modifiedAt } of DOCUMENTS) {
    const bytes = path.endsWith('.jpg') ? await landscape(5) : Buffer.from(content.padEnd(sizeBytes));
    await api.ok('uploadFile', { query: { path, modifiedAt }, content: bytes });
  }
  for (let number = 1; number <= 18; number += 1) {
    const path = `/Gallery/Summer/IMG_${2030 + number}.jpg`;
    await api.ok('uploadFile', { query: { path }, content: await landscape(number) });
  }
}
