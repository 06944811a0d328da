// Where a person types. Its DOM stands in the page before any script (extension/vscode/panels/webview-html.ts) and
// is adopted, never replaced: the textarea keeps its own text, and a draft goes in only where nothing was typed.
import type { TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { IconButton } from '../kit/components';
import { useSession } from './session-context';

type ComposerProps = {
  chatId: string | null;
  loaded: boolean;
  busy: boolean;
  /** A question of the model is open; then Esc does not stop. */
  asked: boolean;
  blocked: string | null;
  lastText(): string | null;
};

/** As much as a message to the host may carry. */
const maxCharacters = 60_000;
const maxBytes = 60 * 1024;

export function Composer({ chatId, loaded, busy, asked, blocked, lastText }: ComposerProps) {
  const session = useSession();
  const input = useRef<HTMLTextAreaElement>(null);
  const shown = useRef<{ chatId: string | null; loaded: boolean }>({ chatId: session.drafts.chatId, loaded: false });
  const [isEmpty, setIsEmpty] = useState(true);
  const [hint, setHint] = useState<string | null>(null);

  const changed = (): void => {
    const text = input.current?.value ?? '';
    session.drafts.put(shown.current.chatId, text);
    setIsEmpty(text.trim() === '');
    setHint(tooLong(text));
  };
  const put = (text: string): void => {
    if (!input.current) return;
    input.current.value = text;
    changed();
  };
  const submit = (): void => {
    const text = input.current?.value ?? '';
    if (text.trim() === '' || tooLong(text) !== null) return;
    if (blocked !== null) return setHint(blocked);
    put('');
    session.send(text);
  };

  useLayoutEffect(() => {
    if (!input.current) return;
    const typedBeforeScripts = input.current.value !== '';
    if (typedBeforeScripts) changed();
    else put(session.drafts.text(shown.current.chatId));
    // Enter may have been pressed before this script ran; the page remembers it until it is told that we are here.
    delete input.current.dataset['early'];
    if (input.current.dataset['submit'] !== undefined) {
      delete input.current.dataset['submit'];
      submit();
    }
  }, []);

  useLayoutEffect(() => {
    if (!loaded || !input.current) return;
    const before = shown.current;
    shown.current = { chatId, loaded: true };
    session.drafts.show(chatId);
    if (before.loaded && before.chatId === chatId) return;
    // Into the chat that is shown first, or that this view has just begun, goes what is being typed.
    const carriesOver = input.current.value !== '' && (!before.loaded || before.chatId === null);
    if (!carriesOver) return put(session.drafts.text(chatId));
    if (before.chatId !== chatId) session.drafts.put(before.chatId, '');
    changed();
  }, [chatId, loaded]);

  useLayoutEffect(
    () =>
      session.onComposer((event) => {
        const element = input.current;
        if (!element) return;
        if (event.type === 'put') put(element.value.trim() === '' ? event.text : `${event.text}\n${element.value}`);
        element.focus();
      }),
    [],
  );

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'ArrowUp' && event.currentTarget.value === '') {
      const last = lastText();
      if (last === null) return;
      event.preventDefault();
      put(last);
      event.currentTarget.setSelectionRange(last.length, last.length);
    }
  };

  return (
    <form class="composer" id="composer" onSubmit={(event) => event.preventDefault()}>
      <div class="composer-box">
        <textarea
          id="composer-input"
          class="composer-input"
          ref={input}
          rows={1}
          placeholder="Ask BooCode to do something"
          aria-label="Message to BooCode"
          spellcheck={false}
          onInput={changed}
          onKeyDown={onKeyDown}
        />
        <div class="composer-buttons">
          {busy && <IconButton icon="stop-circle" label={asked ? 'Stop' : 'Stop (Esc)'} class="stop" onClick={() => session.stop()} />}
          <IconButton icon="send" label={busy ? 'Send When This Is Done (Enter)' : 'Send (Enter)'} class="send" disabled={isEmpty} onClick={submit} />
        </div>
      </div>
      {hint !== null && (
        <div class="composer-hint" role="alert">
          {hint}
        </div>
      )}
    </form>
  );
}

function tooLong(text: string): string | null {
  if (text.length <= maxCharacters && new TextEncoder().encode(text).length <= maxBytes) return null;
  return `This is too long for one message (${text.length.toLocaleString('en-US')} characters). Put it into a file and name the file instead.`;
}
