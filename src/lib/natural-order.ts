const DIGITS = /\d+/g;
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * What texts are put into natural order by, compared by code units: `a2` before `a10`, upper and lower case and accents
 * together. Texts that differ may have the same key.
 */
export function naturalKey(text: string): string {
  return folded(text).replaceAll(DIGITS, (digits) => {
    const significant = digits.replace(/^0+/, '');
    // A longer number is a greater one. The digit before keeps numbers where digits stand among other characters.
    return `0${String.fromCharCode(significant.length)}${significant}`;
  });
}

/** Without case and accents: `É` as `e`. */
function folded(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
