// What an entry of the table of checks is.
import type { CheckCommand } from '../check';
import type { ProjectView } from './project-view';

export type Project = {
  /** The folder that holds the manifest, as shown. */
  folder: string;
  /** That folder and all above it, up to the open folder. */
  above: readonly string[];
  /** The changed files that made it a matter of this project, as shown. */
  changed: readonly string[];
  view: ProjectView;
};

/** Why there is no check: ends a sentence, and names no place, so that the same reason of several projects is one. */
export type NoCheck = { nothing: string; at: string | null };

/** Commands run in their order until one finds something new. `leftOut`: changed files that none of them was given, where they look at single files. */
export type CheckPlan = { check: readonly CheckCommand[]; tests: readonly CheckCommand[]; leftOut?: number } | NoCheck;

export type CheckKind = {
  id: string;
  /** Endings of the files it is made for. */
  endings: readonly string[];
  /** True when it may also answer for files that no entry is made for: styles, data, templates. */
  answersForOthers: boolean;
  /** Names that make a folder a project of this kind; `*` stands for any part of a name. None: the open folder will do. */
  manifests: readonly string[];
  plan(project: Project): Promise<CheckPlan>;
};

/** `at`: the file that shows it. */
export function nothing(reason: string, at: string | null = null): NoCheck {
  return { nothing: reason, at };
}
