// A small bar beside a figure that says the same. Its colour turns at the thresholds; from the last on a sign stands by it.
import { Icon } from './components';

/** `share` from 0 to 1; more is shown as full. */
export function Meter({ share }: { share: number }) {
  const level = share < 0.7 ? 'low' : share < 0.9 ? 'high' : 'full';
  return (
    <span class={`meter ${level}`} aria-hidden="true">
      {level === 'full' && <Icon name="warning" />}
      <span class="meter-bar">
        <span style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
    </span>
  );
}
