// From the files that changed to the checks that say whether the change broke anything. Runs nothing.
import type { WorkspaceFiles } from '../../platform/workspace-files';
import { constantArgv, type Check, type CheckCommand } from '../check';
import type { CheckKind, CheckPlan, Project } from './check-kind';
import { checkKinds, hasEnding } from './check-table';
import { planConfigured, readCommand, type ConfiguredCommand } from './configured-command';
import { folderOf, join, ProjectView, upwards } from './project-view';

export type FoundChecks = {
  /** In the order in which they are to run; those of one project stand together, its tests last. */
  checks: Check[];
  /** Why there is none for these; the reason ends a sentence. */
  unchecked: { files: string[]; reason: string }[];
};

export type FindOptions = { command: ConfiguredCommand | null; tests: boolean };

const mostFiles = 200;
const mostProjects = 8;
/** Prose and pictures: no compiler reads them. */
const notCode = 'md mdx markdown txt rst adoc png jpg jpeg gif webp avif ico svg pdf mp3 mp4 woff woff2 ttf otf csv tsv log patch diff'.split(' ');

/** Whether there can be a check for a file of this name. */
export function isCode(path: string): boolean {
  return !hasEnding(path, notCode);
}

/** `changed` are paths as shown; some may have been deleted. */
export async function findChecks(files: WorkspaceFiles, changed: readonly string[], options: FindOptions, signal: AbortSignal): Promise<FoundChecks> {
  const view = new ProjectView(files, signal);
  const code = changed.filter(isCode).slice(0, mostFiles);
  const found: FoundChecks = { checks: [], unchecked: [] };
  const prose = changed.filter((path) => !isCode(path));
  if (prose.length > 0) found.unchecked.push({ files: prose, reason: 'no check looks at files of this kind' });
  if (code.length === 0) return found;
  if (options.command !== null) return configured(view, code, options.command, found);

  const projects = new Map<string, { kind: CheckKind; folder: string; changed: string[] }>();
  for (const path of code) {
    const home = await homeOf(view, path);
    if ('reason' in home) {
      addReason(found, path, home.reason);
      continue;
    }
    const key = `${home.kind.id} ${home.folder}`;
    const project = projects.get(key) ?? { ...home, changed: [] };
    project.changed.push(path);
    if (!projects.has(key) && projects.size >= mostProjects) addReason(found, path, `more than ${mostProjects} projects were changed at once`);
    else projects.set(key, project);
  }
  for (const { kind, folder, changed: own } of projects.values()) {
    const plan = await kind.plan(projectAt(view, folder, own));
    if ('nothing' in plan) continue;
    found.checks.push(...plan.check.map((command) => asCheck(kind.id, 'check', command)));
    if (options.tests) found.checks.push(...plan.tests.map((command) => asCheck(kind.id, 'tests', command)));
  }
  return found;
}

async function configured(view: ProjectView, code: readonly string[], command: ConfiguredCommand, found: FoundChecks): Promise<FoundChecks> {
  const read = readCommand(command);
  if (!read.ok) {
    found.unchecked.push({ files: [...code], reason: `boocode.autoFix.command cannot be run: ${read.reason}` });
    return found;
  }
  const roots = new Set(code.flatMap((path) => upwards(folderOf(path, view.roots), view.roots).slice(-1)));
  for (const root of roots) found.checks.push(asCheck('configured', 'check', await planConfigured(view, read.argv, root)));
  return found;
}

/** The nearest project that has a check for this file: one made for its kind, else one that answers for others. */
async function homeOf(view: ProjectView, path: string): Promise<{ kind: CheckKind; folder: string } | { reason: string }> {
  const chain = upwards(folderOf(path, view.roots), view.roots);
  const madeFor = checkKinds.filter((kind) => hasEnding(path, kind.endings));
  const reasons: string[] = [];
  const tries: { kind: CheckKind; folder: string }[] = [
    ...chain.flatMap((folder) => madeFor.filter((kind) => kind.manifests.length > 0).map((kind) => ({ kind, folder }))),
    ...chain.slice(-1).flatMap((folder) => madeFor.filter((kind) => kind.manifests.length === 0).map((kind) => ({ kind, folder }))),
    ...chain.flatMap((folder) => checkKinds.filter((kind) => kind.answersForOthers && !madeFor.includes(kind)).map((kind) => ({ kind, folder }))),
  ];
  for (const { kind, folder } of tries) {
    if (!(await hasManifest(view, kind, folder))) continue;
    const plan = await kind.plan(projectAt(view, folder, [path]));
    if (!isNothing(plan)) return { kind, folder };
    reasons.push(plan.nothing);
  }
  return { reason: reasons.length > 0 ? [...new Set(reasons)].join('; ') : 'no project that can be checked was found above it' };
}

function isNothing(plan: CheckPlan): plan is { nothing: string } {
  return 'nothing' in plan;
}

function projectAt(view: ProjectView, folder: string, changed: readonly string[]): Project {
  return { folder, above: upwards(folder, view.roots), changed, view };
}

async function hasManifest(view: ProjectView, { manifests }: CheckKind, folder: string): Promise<boolean> {
  if (manifests.length === 0) return true;
  for (const name of manifests) {
    if (name.includes('*') ? (await view.matching(folder, name)).length > 0 : await view.exists(join(folder, name))) return true;
  }
  return false;
}

function asCheck(kind: string, step: Check['step'], command: CheckCommand): Check {
  return { ...command, kind, step, key: JSON.stringify([kind, step, command.folder, ...constantArgv(command)]) };
}

function addReason(found: FoundChecks, file: string, reason: string): void {
  const same = found.unchecked.find((one) => one.reason === reason);
  if (same) same.files.push(file);
  else found.unchecked.push({ files: [file], reason });
}
