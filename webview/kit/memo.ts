// A component that renders again only when one of its properties is another value than before.
import { Component, h, type ComponentChild, type FunctionComponent } from 'preact';

export function memo<Props extends object>(render: FunctionComponent<Props>): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return differs(this.props, next);
    }
    override render(): ComponentChild {
      return h(render, this.props);
    }
  }
  // A class component is called through the same JSX as a function; nothing outside calls it directly.
  return Memo as unknown as FunctionComponent<Props>;
}

function differs<Props extends object>(a: Props, b: Props): boolean {
  for (const key in a) if (!(key in b)) return true;
  for (const key in b) if (a[key] !== b[key]) return true;
  return false;
}
