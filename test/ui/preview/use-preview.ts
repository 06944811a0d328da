// The preview for the tests of one suite.
import { Preview } from './open-preview';

export type SuitePreview = Pick<Preview, 'server' | 'browser' | 'open'>;

/** To be called in `describe`: there before the suite, gone after it; what a test opens is closed after the test. */
export function usePreview(): SuitePreview {
  let preview: Preview;
  before(async () => {
    preview = await Preview.start();
  });
  afterEach(() => Promise.all(preview.browser.contexts().map((context) => context.close())));
  after(() => preview.stop());
  return {
    get server() {
      return preview.server;
    },
    get browser() {
      return preview.browser;
    },
    open: (options) => preview.open(options),
  };
}
