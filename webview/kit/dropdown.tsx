// One choice out of a list, shown by the toolkit's dropdown. The value follows the props and the person's choice only
// goes up through onChange; an open list stays as it was opened, whatever the props say meanwhile.
import { useEffect, useId, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { DropdownElement } from './toolkit';
import './toolkit';

export type DropdownOption = { value: string; label: string };

type DropdownProps = { label: string; options: readonly DropdownOption[]; value: string; onChange(value: string): void };

export function Dropdown({ label, options, value, onChange }: DropdownProps) {
  const labelId = useId();
  const element = useRef<DropdownElement>(null);
  const [, openChanged] = useReducer((count: number) => count + 1, 0);
  const held = useRef(options);
  if (element.current?.open !== true) held.current = options;
  const shown = useRef<string | null>(null);

  useLayoutEffect(() => {
    if (element.current === null || element.current.open || shown.current === value) return;
    shown.current = value;
    element.current.value = value;
  });

  useEffect(() => {
    const dropdown = element.current;
    const inside = dropdown?.shadowRoot;
    if (!dropdown || !inside) return;
    // Its list box has no name of its own.
    inside.querySelector('[role=listbox]')?.setAttribute('aria-label', label);
    // The toolkit learns of its options after they are rendered, and then chooses by position.
    const chooseAgain = (): void => {
      if (shown.current !== null) dropdown.value = shown.current;
    };
    inside.addEventListener('slotchange', chooseAgain);
    const observer = new MutationObserver(() => openChanged(undefined));
    observer.observe(dropdown, { attributes: true, attributeFilter: ['open'] });
    return () => {
      inside.removeEventListener('slotchange', chooseAgain);
      observer.disconnect();
    };
  }, [label]);

  return (
    <div class="dropdown">
      <span class="muted" id={labelId}>
        {label}
      </span>
      <vscode-dropdown
        ref={element}
        aria-labelledby={labelId}
        title={options.find((option) => option.value === value)?.label}
        onChange={(event) => {
          if (event.currentTarget.value !== value) onChange(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          // Left to itself the toolkit would take the option that was walked to.
          if (event.key === 'Escape' && event.currentTarget.open && shown.current !== null) event.currentTarget.value = shown.current;
        }}
      >
        {held.current.map((option) => (
          // A new label makes a new element: the toolkit reads it only once.
          <vscode-option key={`${option.value} ${option.label}`} value={option.value}>
            {option.label}
          </vscode-option>
        ))}
      </vscode-dropdown>
    </div>
  );
}
