// When the keys that answer a question belong to the question, and how they are written.

const isMac = navigator.platform.startsWith('Mac');

export function keyName(keys: string): string {
  return isMac ? keys.replace('Ctrl+', '⌘').replace('Shift+', '⇧').replace('Enter', '⏎').replace('Backspace', '⌫') : keys;
}

/** The command key of the platform alone, Shift aside, and no key that is only held down. */
export function isCommandKey(event: KeyboardEvent): boolean {
  return (isMac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.isComposing && !event.repeat;
}

/** Somebody writes somewhere else than in `card`: its keys and the focus stay with the text. */
export function isTypingElsewhere(card: Element | null): boolean {
  const active = document.activeElement;
  if (active !== null && card?.contains(active)) return false;
  if (active instanceof HTMLInputElement) return true;
  const composer = document.getElementById('composer-input');
  return composer instanceof HTMLTextAreaElement && composer.value !== '';
}
