// What was allowed for good in this workspace: asked of the store each time, so that every window knows the same. No
// secret that stood in a command is stored with it.
import type { Store } from '../store/store';
import type { ApprovalGrantRow } from '../store/tables/approval-grants';

export class LastingGrants {
  readonly #store: Store;
  readonly #nowMicros: () => number;
  readonly #redact: (text: string) => string;

  constructor(store: Store, nowMicros: () => number, redact: (text: string) => string) {
    this.#store = store;
    this.#redact = redact;
    this.#nowMicros = nowMicros;
  }

  has(grantKey: string): Promise<boolean> {
    return this.#store.read('approval_grants.has', { grant_key: grantKey });
  }

  add(grantKey: string, toolName: string, title: string): Promise<void> {
    return this.#store.write([
      { op: 'approval_grants.put', value: { grant_key: grantKey, tool_name: toolName, title: this.#redact(title), granted_at: this.#nowMicros() } },
    ]);
  }

  list(): Promise<ApprovalGrantRow[]> {
    return this.#store.read('approval_grants.list', {});
  }

  async revoke(grantKeys: readonly string[]): Promise<void> {
    await this.#store.write(grantKeys.map((grant_key) => ({ op: 'approval_grants.revoke', value: { grant_key } })));
  }
}
