// Whether a check may run. An answer is bound to what the deciding files say at the moment of starting: when they
// change meanwhile it is asked anew. Runs nothing itself.
import type { Check } from './check';
import { bindApproval } from './detect/approval-binding';
import type { AutoFixPorts, CheckQuestion } from './ports';

export type Permission = 'allowed' | 'not_approved' | 'stopped';

/** How often the deciding files may change between the question and the start before it is left alone. */
const mostQuestions = 3;

export class CheckPermission {
  readonly #ports: Pick<AutoFixPorts, 'files' | 'commands' | 'approve'>;
  readonly #mode: CheckQuestion['mode'];
  /** What was allowed since it was last forgotten: the same for several files is asked once. */
  readonly #allowed = new Set<string>();

  constructor(ports: Pick<AutoFixPorts, 'files' | 'commands' | 'approve'>, mode: CheckQuestion['mode']) {
    this.#ports = ports;
    this.#mode = mode;
  }

  /** Call before the checks of another change. */
  forget(): void {
    this.#allowed.clear();
  }

  async of(check: Check, purpose: CheckQuestion['purpose'], signal: AbortSignal): Promise<Permission> {
    for (let question = 0; question < mostQuestions; question++) {
      if (signal.aborted) return 'stopped';
      const binding = await bindApproval(this.#ports, check);
      if (binding === null) return 'not_approved';
      const { argv, cwd, contentHash } = binding;
      const allowed = JSON.stringify([argv, cwd, contentHash]);
      if (this.#allowed.has(allowed)) return 'allowed';
      const answer = await this.#ports.approve({ check, binding, purpose, mode: this.#mode }, signal);
      if (answer === 'cancelled' || signal.aborted) return 'stopped';
      if (answer !== 'allow') return 'not_approved';
      const now = await bindApproval(this.#ports, check);
      if (now === null || now.contentHash !== contentHash || now.cwd !== cwd) continue;
      this.#allowed.add(allowed);
      return 'allowed';
    }
    return 'not_approved';
  }
}
