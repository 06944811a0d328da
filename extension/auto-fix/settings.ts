// The settings of auto-fix, as the composition roots hand them in.
import type { ConfiguredCommand } from './detect/configured-command';

export type AutoFixSettings = {
  /** `ask`: a check is asked about like any command. `on`: once allowed it is for the session, also by a plain yes. */
  mode: 'off' | 'ask' | 'on';
  /** Runs instead of what would be detected. */
  command: ConfiguredCommand | null;
  /** Whether tests run too, once the rest is in order. */
  tests: boolean;
  /** How often the agent is sent after problems before it is left at that. */
  maxRounds: number;
  /** For one check. */
  timeoutMs: number;
  /** How long a first write may be held up to see what was wrong before it. 0: never. */
  beforeWriteMs: number;
};

export const defaultAutoFixSettings: AutoFixSettings = {
  mode: 'ask',
  command: null,
  tests: false,
  maxRounds: 3,
  timeoutMs: 120_000,
  beforeWriteMs: 30_000,
};
