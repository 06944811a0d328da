// Where in the project a JavaScript stack comes from.
import { number } from './output-parser';

export type Frame = { file: string; line: number | null; column: number | null };

const frame = /^\s*(?:at (?:.*? ?\()?|❯ (?:\S+ )?)((?:file:\/\/)?[^\s()]+?):(\d+):(\d+)\)?(?: \{)?$/;
const bare = /^\s+(?:\S+ )?\(?((?:file:\/\/)?[\\/]?[^\s()]+?\.[cm]?[jt]sx?):(\d+):(\d+)\)?$/;

/** The innermost frame that is neither Node's own nor a package's; null when there is none. */
export function ownFrame(lines: readonly string[]): Frame | null {
  for (const line of lines) {
    const match = frame.exec(line) ?? bare.exec(line);
    const file = match?.[1] ?? '';
    if (!match || file === '' || /^(?:node|native|ext|internal|webpack):|[\\/]node_modules[\\/]|<anonymous>/.test(file)) continue;
    return { file, line: number(match[2]), column: number(match[3]) };
  }
  return null;
}
