// The line that filters the calls, with buttons for what is asked for most. `/` goes to it, Esc empties it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../shared/format';
import { Icon, IconButton } from '../kit/components';
import { hasTerm, toggledTerm } from './trace-filter';
import type { TracesSession } from './traces-session';

/** So that a long trace is not gone through at every letter. */
const typingPauseMs = 80;

export function FilterBox({ session, found, loading }: { session: TracesSession; found: number | null; loading: boolean }) {
  const { filter_line, filter, searching } = session.view;
  const [line, setLine] = useState(filter_line);
  const [helps, setHelps] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What somebody else sets, such as a link, counts for more than what is being typed.
  const said = useRef(filter_line);
  useEffect(() => {
    if (filter_line === said.current) return;
    clearTimeout(pause.current);
    said.current = filter_line;
    setLine(filter_line);
  }, [filter_line]);
  const set = (next: string): void => {
    said.current = next;
    session.setFilter(next);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      const isTyping = target !== null && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'VSCODE-DROPDOWN'].includes(target.tagName));
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const say = (next: string): void => {
    setLine(next);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => set(next), typingPauseMs);
  };
  const sayNow = (next: string): void => {
    clearTimeout(pause.current);
    setLine(next);
    set(next);
  };
  const toggle = (term: string): void => sayNow(toggledTerm(line, term));
  const status = filter.isEmpty ? '' : `${formatCount(found ?? 0, 'call')}${searching || loading ? ' so far' : ''}`;
  return (
    <div class="filter" role="search">
      <div class={`filter-box${filter.problem === null ? '' : ' wrong'}`}>
        <Icon name="filter" />
        <input
          ref={input}
          class="filter-input"
          type="text"
          value={line}
          placeholder="Filter: tool:run is:failed slow>1s text (/)"
          aria-label="Filter"
          aria-describedby="filter-help"
          aria-invalid={filter.problem !== null}
          spellcheck={false}
          onInput={(event) => say(event.currentTarget.value)}
          onFocus={() => setHelps(true)}
          onBlur={() => setHelps(false)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.preventDefault();
              event.stopPropagation();
              if (line === '') event.currentTarget.blur();
              else sayNow('');
            } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
              event.preventDefault();
              document.querySelector<HTMLElement>('.grid-rows [tabindex="0"]')?.focus();
            }
          }}
        />
        <span class="filter-count muted" role="status">{status}</span>
        {line !== '' && <IconButton icon="close" label="Clear Filter (Esc)" onClick={() => sayNow('')} />}
        <span id="filter-help" class={`filter-help${filter.problem !== null || (helps && line === '') ? '' : ' sr-only'}`}>
          {filter.problem ?? 'tool:name · file:name · is:failed, slow, denied, running · slow>1s · turn:3-8 · -tool:name all others · other words are looked for in names, inputs and outputs'}
        </span>
      </div>
      <ToggleButton label="Failed" term="is:failed" line={line} onToggle={toggle} />
      <ToggleButton label="Slow" term="is:slow" line={line} onToggle={toggle} />
    </div>
  );
}

function ToggleButton({ label, term, line, onToggle }: { label: string; term: string; line: string; onToggle(term: string): void }) {
  return (
    <button type="button" class="toggle" aria-pressed={hasTerm(line, term)} title={`Only calls that match ${term}`} onClick={() => onToggle(term)}>
      {label}
    </button>
  );
}
