// Auto-fix: after the agent changed files it runs the check that the change calls for, tells the agent what it broke,
// and knows when to stop. It writes no file, asks through a port, and sends nobody after problems that were there
// before. One AutoFix a chat; one AutoFixRun a run of the agent.
import { AutoFixRun, type ChatMemory } from './auto-fix-run';
import type { AutoFixPorts } from './ports';

export class AutoFix {
  readonly #ports: AutoFixPorts;
  readonly #memory: ChatMemory = { own: new Map(), durations: new Map() };

  constructor(ports: AutoFixPorts) {
    this.#ports = ports;
  }

  startRun(): AutoFixRun {
    return new AutoFixRun(this.#ports, this.#memory);
  }
}
