const DIGITS = /\d+/g;

/**
 * What texts are put into natural order by, compared by code units: `a2` before `a10`, upper and lower case and accents
 * together. Texts that differ may have the same key.
 */
export function naturalKey(text: string): string {
  return foldText(text).replaceAll(DIGITS, (digits) => {
    const significant = digits.replace(/^0+/, '');
    // A longer number is a greater one. The digit before keeps numbers where digits stand among other characters.
    return `0${String.fromCharCode(significant.length)}${significant}`;
  });
}

/** How texts are compared where case and accents do not matter: `É` as `e`. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
