import { issueAuthority, issueServerCertificate, type Issued } from '../../src/app/tls/issue.ts';

export type { Issued };

/** An authority for tests; whoever trusts `certificate` trusts what it issues. */
export class TestAuthority {
  readonly #issued: Issued;
  readonly #nowMs: number;

  /** `ageDays`: how long ago everything was made. */
  constructor({ ageDays = 0 } = {}) {
    this.#nowMs = Date.now() - ageDays * 24 * 3600 * 1000;
    this.#issued = issueAuthority('test', this.#nowMs);
  }

  /** In PEM. */
  get certificate(): string {
    return this.#issued.certificate;
  }

  issue(...hosts: string[]): Issued {
    return issueServerCertificate(this.#issued, hosts, this.#nowMs);
  }
}
