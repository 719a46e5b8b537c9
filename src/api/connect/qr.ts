import { renderSVG } from 'uqr';
import { html, type Html } from '../../http/html.ts';

/** ISO/IEC 18004 wants four light modules around it; without them some cameras do not find it on a dark page. */
const QUIET_ZONE = 4;

/** A QR code of `text` as a picture within the page, described by `label`. */
export function qrCode(text: string, label: string): Html {
  const svg = renderSVG(text, { ecc: 'M', border: QUIET_ZONE });
  return html`<figure class="qr" role="img" aria-label="${label}">${{ markup: svg }}</figure>`;
}
