// A small bar beside a figure that says the same. Its colour turns at the thresholds.
import { Icon } from './components';

type Share = {
  /** From 0 to 1; more is shown as full. */
  share: number;
};

/** With a sign beside the last colour. */
export function Meter({ share }: Share) {
  return (
    <span class="meter" aria-hidden="true">
      {levelOf(share) === 'full' && <Icon name="warning" />}
      <MeterBar share={share} />
    </span>
  );
}

export function MeterBar({ share }: Share) {
  return (
    <span class={`meter-bar ${levelOf(share)}`} aria-hidden="true">
      <span style={{ width: `${Math.min(100, share * 100)}%` }} />
    </span>
  );
}

function levelOf(share: number): 'low' | 'high' | 'full' {
  return share < 0.7 ? 'low' : share < 0.9 ? 'high' : 'full';
}
