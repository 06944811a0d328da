// A store for the tests of one suite.
import type { Store } from '../../../extension/store/store';
import { buildStore } from './build-worker';
import { StoreFolder } from './store-folder';

export type SuiteStore = { readonly store: Store; readonly folder: StoreFolder };

/** To be called in `describe`: a new one for each test, gone after it. */
export function useStore(): SuiteStore {
  let store: Store;
  let folder: StoreFolder;
  before(() => buildStore());
  beforeEach(async () => {
    folder = new StoreFolder();
    store = await folder.open();
  });
  afterEach(() => folder.remove());
  return {
    get store() {
      return store;
    },
    get folder() {
      return folder;
    },
  };
}
