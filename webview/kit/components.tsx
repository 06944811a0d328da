// The small pieces every view is made of: buttons, icons, numbers, empty and error states. Looks live in kit.css.
import type { ComponentChildren, Ref, TargetedMouseEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatDuration, formatExact, formatExactDuration, formatTokens } from '../../shared/format';

export function Icon({ name, spin = false }: { name: string; spin?: boolean }) {
  return <span class={`icon codicon codicon-${name}${spin ? ' spin' : ''}`} aria-hidden="true" />;
}

type ButtonProps = {
  onClick(event: TargetedMouseEvent<HTMLButtonElement>): void;
  disabled?: boolean;
  buttonRef?: Ref<HTMLButtonElement>;
};

/** `label` is the name and the tooltip. */
export function IconButton(props: ButtonProps & { icon: string; label: string; expanded?: boolean; class?: string }) {
  return (
    <button
      type="button"
      class={props.class === undefined ? 'icon-button' : `icon-button ${props.class}`}
      ref={props.buttonRef}
      title={props.label}
      aria-label={props.label}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function Button(
  props: ButtonProps & { children: ComponentChildren; kind?: 'primary' | 'secondary'; icon?: string; keys?: string; title?: string },
) {
  return (
    <button
      type="button"
      class={`button ${props.kind ?? 'secondary'}`}
      ref={props.buttonRef}
      title={props.title}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.icon && <Icon name={props.icon} />}
      <span>{props.children}</span>
      {props.keys && <span class="button-keys">{props.keys}</span>}
    </button>
  );
}

export function Badge({ children, title }: { children: ComponentChildren; title?: string }) {
  return (
    <span class="badge" title={title}>
      {children}
    </span>
  );
}

export type State = 'asking' | 'running' | 'success' | 'error' | 'denied' | 'cancelled' | 'interrupted';

const stateLooks: Record<State, { icon: string; word: string }> = {
  asking: { icon: 'question', word: 'Waiting for your approval' },
  running: { icon: 'loading', word: 'Running' },
  success: { icon: 'check', word: 'Done' },
  error: { icon: 'error', word: 'Failed' },
  denied: { icon: 'circle-slash', word: 'Denied' },
  cancelled: { icon: 'debug-stop', word: 'Cancelled' },
  interrupted: { icon: 'debug-disconnect', word: 'Interrupted, outcome unknown' },
};

export function stateWord(state: State): string {
  return stateLooks[state].word;
}

/** A shape and a word beside the colour; `word` where there is a better one. */
export function StateIcon({ state, word = stateLooks[state].word }: { state: State; word?: string | undefined }) {
  const { icon } = stateLooks[state];
  return (
    <span class={`state-icon ${state}`} title={word}>
      <Icon name={icon} spin={state === 'running'} />
      <span class="sr-only">{word}</span>
    </span>
  );
}

export function Duration({ ms }: { ms: number | null }) {
  return (
    <span class="number" title={formatExactDuration(ms)}>
      {formatDuration(ms)}
    </span>
  );
}

/** Counts up by itself; `since` in microseconds since the epoch. Nothing around it renders again. */
export function Elapsed({ since }: { since: number }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = (): void => {
      const ms = Math.max(0, Date.now() - since / 1000);
      if (element.current) element.current.textContent = ms < 100 ? '' : elapsedText(ms);
    };
    show();
    const timer = setInterval(show, reducedMotion() ? 1000 : 100);
    return () => clearInterval(timer);
  }, [since]);
  return <span class="number" ref={element} />;
}

function elapsedText(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : formatDuration(ms);
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches || document.body.classList.contains('vscode-reduce-motion');
}

export function Tokens({ count, label = 'tokens' }: { count: number | null; label?: string }) {
  return (
    <span class="number" title={`${formatExact(count)} ${label}`}>
      {formatTokens(count)}
    </span>
  );
}

export function EmptyState(props: { title: string; children?: ComponentChildren; actions?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <p class="empty-title">{props.title}</p>
      {props.children}
      {props.actions && <div class="empty-actions">{props.actions}</div>}
    </div>
  );
}

/** What happened, what to do, and the buttons that do it. */
export function ErrorBox(props: {
  level?: 'error' | 'warning' | 'info';
  /** What a screen reader calls it. */
  label?: string;
  message: string;
  nextStep?: string;
  /** Below the words. */
  details?: ComponentChildren;
  children?: ComponentChildren;
  onDismiss?(): void;
}) {
  const level = props.level ?? 'error';
  return (
    <div class={`error-box ${level}`} role={level === 'info' ? undefined : 'group'} aria-label={level === 'info' ? undefined : (props.label ?? 'Problem')}>
      <Icon name={level} />
      <div class="error-text">
        <div>{props.message}</div>
        {props.nextStep && <div class="muted">{props.nextStep}</div>}
        {props.details}
        {props.children && <div class="error-actions">{props.children}</div>}
      </div>
      {props.onDismiss && <IconButton icon="close" label="Dismiss" onClick={props.onDismiss} />}
    </div>
  );
}

/** A line that opens what is below it. It stays open when its row is scrolled away and comes back. */
export function Disclosure(props: { id: string; label: ComponentChildren; class?: string; children(): ComponentChildren }) {
  const [open, toggle] = useOpen(props.id);
  return (
    <div class={props.class}>
      <button type="button" class="row disclosure" data-row aria-expanded={open} onClick={toggle}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} />
        {props.label}
      </button>
      {open && props.children()}
    </div>
  );
}

const openIds = new Set<string>();
const openers = new Map<string, () => void>();

/** Opens the thing with this id, now or when it is next on screen. */
export function openNow(id: string): void {
  openIds.add(id);
  openers.get(id)?.();
}

/** Whether the thing with this id is open; survives its component. */
export function useOpen(id: string): [open: boolean, toggle: () => void] {
  const [open, setOpen] = useState(openIds.has(id));
  useLayoutEffect(() => {
    const opener = (): void => setOpen(true);
    openers.set(id, opener);
    return () => {
      if (openers.get(id) === opener) openers.delete(id);
    };
  }, [id]);
  const toggle = (): void => {
    if (open) openIds.delete(id);
    else openIds.add(id);
    setOpen(!open);
  };
  return [open, toggle];
}
