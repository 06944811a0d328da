// A JSON value whose objects and arrays fold. Only what is open is in the page, and of long ones a hundred entries at a time.
import type { TargetedKeyboardEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { Json } from '../../shared/ids';
import { visibleLines } from './visible-text';

const entriesAtOnce = 100;
/** Longer texts are folded to their beginning. */
const shownOfText = 2_000;
/** Up to this depth everything is open at first, unless it is long. */
const openDepth = 3;
const fewEntries = 30;

export function JsonTree({ value, label }: { value: Json; label: string }) {
  return (
    <div class="json-tree" role="tree" aria-label={label} onKeyDown={onKeyDown}>
      <Node name={null} value={value} depth={0} isFirst />
    </div>
  );
}

/** Arrows walk over the lines; what folds is a button, so Enter and Space need nothing. */
function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const line = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-json-line]') : null;
  if (!line) return;
  const isOpen = line.getAttribute('aria-expanded');
  if (event.key === 'ArrowRight' && isOpen === 'false') line.click();
  else if (event.key === 'ArrowLeft' && isOpen === 'true') line.click();
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const lines = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-json-line]')];
    lines[lines.indexOf(line) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

type NodeProps = { name: string | null; value: Json; depth: number; isFirst?: boolean };

function Node({ name, value, depth, isFirst = false }: NodeProps) {
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : null;
  const [open, setOpen] = useState(depth < openDepth && (entries?.length ?? 0) <= fewEntries);
  const [shown, setShown] = useState(entriesAtOnce);
  const style = { paddingLeft: `${depth * 12 + 16}px` };
  const tab = isFirst ? 0 : -1;
  if (entries === null) {
    // What has no entries is no object.
    return (
      <div class="json-line" style={style} role="treeitem" aria-level={depth + 1} data-json-line tabIndex={tab}>
        <Name name={name} />
        <Leaf value={value as Exclude<Json, object>} />
      </div>
    );
  }
  const isArray = Array.isArray(value);
  const size = `${entries.length} ${isArray ? (entries.length === 1 ? 'item' : 'items') : entries.length === 1 ? 'field' : 'fields'}`;
  return (
    <>
      <div
        class={`json-line json-fold ${open ? 'codicon-chevron-down' : 'codicon-chevron-right'}`}
        style={style}
        role="treeitem"
        aria-level={depth + 1}
        aria-expanded={open}
        aria-label={name === null ? size : `${name}: ${size}`}
        data-json-line
        tabIndex={tab}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(!open);
        }}
      >
        <Name name={name} />
        <span class="json-size">{isArray ? `[${size}]` : `{${size}}`}</span>
      </div>
      {open && entries.slice(0, shown).map(([key, item]) => <Node key={key} name={key} value={item} depth={depth + 1} />)}
      {open && entries.length > shown && (
        <button type="button" class="link-button json-more" style={{ marginLeft: `${depth * 12 + 28}px` }} onClick={() => setShown(shown + 10 * entriesAtOnce)}>
          Show more of {entries.length.toLocaleString('en-US')}
        </button>
      )}
    </>
  );
}

function Name({ name }: { name: string | null }) {
  return name === null ? null : (
    <span class="json-name">
      {visibleLines(name)}:{' '}
    </span>
  );
}

function Leaf({ value }: { value: Exclude<Json, object> }) {
  const [all, setAll] = useState(false);
  if (typeof value !== 'string') return <span class={`json-${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
  const shown = all ? value : value.slice(0, shownOfText);
  return (
    <span class="json-string">
      {visibleLines(shown)}
      {shown.length < value.length && (
        <button type="button" class="link-button" onClick={() => setAll(true)}>
          … {(value.length - shown.length).toLocaleString('en-US')} more characters
        </button>
      )}
    </span>
  );
}
