// What the project facts ask of an editor, where there is one: what it shows at this moment. Implemented inside VS Code.
import type { FileProblems } from '../tools/editor';

/** Files on disk only; all paths absolute. */
export type EditorState = {
  /** Null when no file is in the foreground. */
  active: string | null;
  /** The files in tabs, each once. */
  files: readonly { path: string; visible: boolean; unsaved: boolean }[];
  selection: EditorSelection | null;
  /** Of files in tabs; what is known now, without waiting. */
  problems: readonly FileProblems[];
};

/** Lines are counted from 1, both included. */
export type EditorSelection = {
  path: string;
  startLine: number;
  endLine: number;
  /** Null when it is longer than `longestSelection`. */
  text: string | null;
};

/** In characters. */
export const longestSelection = 4096;

export interface EditorView {
  state(): EditorState;
}
