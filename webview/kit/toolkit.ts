// The component toolkit: the elements of it that are used, and their JSX types. Nothing else may import the toolkit.
// Its own theme listener waits for the page's load event, which is over when a view's script runs: the style sheets
// give its design tokens their values instead.
import { provideVSCodeDesignSystem, vsCodeDropdown, vsCodeOption, type Dropdown } from '@vscode/webview-ui-toolkit';
import type { HTMLAttributes } from 'preact';

provideVSCodeDesignSystem().register(vsCodeDropdown(), vsCodeOption());

export type DropdownElement = Dropdown;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-dropdown': HTMLAttributes<Dropdown>;
      'vscode-option': HTMLAttributes<HTMLElement> & { value: string };
    }
  }
}
