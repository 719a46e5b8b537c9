/** UDA 1.0 §3.2.2, ContentDirectory:1 §2.7, ConnectionManager:1 §2.4. */
export const UPNP_ERRORS = {
  401: 'Invalid Action',
  402: 'Invalid Args',
  501: 'Action Failed',
  701: 'No such object',
  706: 'Invalid connection reference',
  708: 'Unsupported or invalid search criteria',
  709: 'Unsupported or invalid sort criteria',
  710: 'No such container',
  720: 'Cannot process the request',
} as const;

export type UpnpErrorCode = keyof typeof UPNP_ERRORS;

/** An action that could not be done; `remark` says why to whoever looks at the last requests, not to the sender. */
export class UpnpError extends Error {
  override readonly name = 'UpnpError';
  readonly code: UpnpErrorCode;

  constructor(code: UpnpErrorCode, remark: string, options?: ErrorOptions) {
    super(remark, options);
    this.code = code;
  }
}
