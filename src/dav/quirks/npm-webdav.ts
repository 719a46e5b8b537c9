/** The npm package `webdav`, which many sync programs are built on (5.11). */

/**
 * `getQuota()` (5.11) is a PROPFIND of Depth 0 without a body, which asks for allprop; RFC 4331 §3 would rather not have
 * the quota there. Who says allprop in a body does not get it.
 */
export const ALLPROP_WITH_QUOTA = Buffer.from(
  '<propfind xmlns="DAV:"><allprop/><include><quota-available-bytes/><quota-used-bytes/></include></propfind>',
);

/** `unlock()` (5.11) sends the token without the angle brackets that RFC 4918 §10.5 wants around it. */
export function withAngleBrackets(lockToken: string): string {
  return lockToken.startsWith('<') ? lockToken : `<${lockToken}>`;
}
