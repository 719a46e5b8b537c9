/**
 * `Content-Disposition`, RFC 6266, with a name in any script: a program that knows RFC 8187 takes `filename*`, an old one
 * what of the name is ASCII. Nothing of a name gets out of its place: all but letters, digits and a few marks is encoded.
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["%\\]/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encodeExtended(name)}`;
}

/** What RFC 8187 §3.2.1 calls `attr-char` stays. */
function encodeExtended(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
