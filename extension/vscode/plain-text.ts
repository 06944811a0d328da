// Text of a model, a command or a chat where VS Code would see more in it than text: links of the form [text](target)
// in a notification, and icons of the form $(name) in a list.
import { visibleParts } from '../../shared/visible-text';

const longest = 200;

export function inNotification(text: string): string {
  const line = text.replace(/\s+/g, ' ').replaceAll('](', '] (');
  const visible = visibleParts(line).map((part) => part.text).join('');
  return visible.length <= longest ? visible : `${visible.slice(0, longest)}…`;
}

export function inLabel(text: string): string {
  return text.replace(/\$(?=\([\w~-]+\))/g, '\\$');
}
