// Runs in every frame of the workbench before anything else there, and notes when an icon of the activity bar was
// pressed, when a view's textarea became usable, and when it took its first key. All on the machine's own clock.
// Told through the console as [usable-clock] {"what":…,"at":…}, which costs the page nothing it could feel.

export type ClockNote = { what: 'pressed' | 'usable' | 'key' | 'adopted' | 'resource'; at: number; detail?: string };

export const notePrefix = '[usable-clock] ';

export function installUsableClock(): void {
  const prefix = '[usable-clock] '; // Nothing outside this function exists in the page.
  const now = (): number => performance.timeOrigin + performance.now();
  const note = (what: string, at: number, detail?: string): void => console.debug(prefix + JSON.stringify({ what, at, detail }));
  if (window.top === window) {
    document.addEventListener('mousedown', (event) => note('pressed', performance.timeOrigin + event.timeStamp), true);
    return;
  }
  if (!location.pathname.endsWith('/webview/browser/pre/index.html')) return;
  // VS Code fills an inner frame while it is hidden, and shows it as `active-frame` when its document has loaded or
  // after a while. It is watched from here: writing the document ends what a script had begun inside.
  const look = (): void => {
    const frame = document.querySelector<HTMLIFrameElement>('iframe#active-frame');
    const view = frame?.contentWindow;
    const input = frame?.contentDocument?.querySelector('textarea');
    if (!frame || !view || !input || getComputedStyle(frame).visibility !== 'visible' || input.getBoundingClientRect().height === 0) {
      return void setTimeout(look, 2);
    }
    input.focus();
    if (frame.contentDocument?.activeElement !== input) return void setTimeout(look, 2);
    input.addEventListener('input', () => note('key', now()), { once: true });
    // The next frame is drawn with it, and the thread is free again.
    view.requestAnimationFrame(() => setTimeout(() => note('usable', now()), 0));
    const adopted = (): void => {
      if (input.dataset['early'] !== undefined) return void setTimeout(adopted, 4);
      note('adopted', now());
      const origin = view.performance.timeOrigin;
      for (const entry of view.performance.getEntriesByType('resource') as PerformanceResourceTiming[]) {
        note('resource', origin + entry.responseEnd, `${entry.name.split('/').pop()} from ${origin + entry.startTime}`);
      }
    };
    adopted();
  };
  look();
}
