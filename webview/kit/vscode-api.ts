// VS Code's own webview handle. It can be acquired once per document.
import type { VsCodeApi } from './wire';

declare function acquireVsCodeApi(): VsCodeApi;

export const vscodeApi: VsCodeApi = acquireVsCodeApi();
