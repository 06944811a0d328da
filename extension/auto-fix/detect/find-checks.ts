// From the files that changed to the checks that say whether the change broke anything. Runs nothing.
import type { WorkspaceFiles } from '../../platform/workspace-files';
import { constantArgv, type Check, type CheckCommand } from '../check';
import { nothing, type CheckKind, type CheckPlan, type NoCheck, type Project } from './check-kind';
import { checkKinds, endingOf, hasEnding } from './check-table';
import { planConfigured, readCommand, type ConfiguredCommand } from './configured-command';
import { folderOf, join, ProjectView, upwards } from './project-view';

export type FoundChecks = {
  /** In the order in which they are to run; those of one project stand together, its tests last. */
  checks: Check[];
  /** Why there is none for these. */
  unchecked: Unchecked[];
  /** Changed files that no check was given because there are too many. */
  leftOut: number;
};

/** The reason ends a sentence; `at`: the files that show it. */
export type Unchecked = { files: string[]; reason: string; at: string[] };

export type FindOptions = { command: ConfiguredCommand | null; tests: boolean };

/** Homes that are looked for, one for each ending in each folder, and files that are handed to one project. */
const mostHomes = 200;
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
  const code = changed.filter(isCode);
  const found: FoundChecks = { checks: [], unchecked: [], leftOut: 0 };
  if (code.length === 0) return found;
  if (options.command !== null) return configured(view, code, options.command, found);

  const projects = new Map<string, { kind: CheckKind; folder: string; changed: string[]; more: number }>();
  const homes = new Map<string, Home>();
  let asked = 0;
  for (const path of code) {
    const alike = `${folderOf(path, view.roots)} ${endingOf(path) ?? ''}`;
    let home = homes.get(alike);
    if (home === undefined) {
      if (++asked > mostHomes) {
        found.leftOut++;
        continue;
      }
      const answer = await homeOf(view, path);
      if ('reasons' in answer) {
        for (const reason of answer.reasons) addReason(found, path, reason);
        continue;
      }
      home = answer;
      homes.set(alike, home);
    }
    const key = `${home.kind.id} ${home.folder}`;
    const project = projects.get(key) ?? { ...home, changed: [], more: 0 };
    if (!projects.has(key) && projects.size >= mostProjects) addReason(found, path, nothing(`more than ${mostProjects} projects were changed at once`));
    else projects.set(key, project);
    if (project.changed.length < mostFiles) project.changed.push(path);
    else project.more++;
  }
  for (const { kind, folder, changed: own, more } of projects.values()) {
    const plan = await kind.plan(projectAt(view, folder, own));
    if (isNothing(plan)) {
      found.leftOut += more;
      continue;
    }
    found.checks.push(...plan.check.map((command) => asCheck(kind.id, 'check', command)));
    if (options.tests) found.checks.push(...plan.tests.map((command) => asCheck(kind.id, 'tests', command)));
    found.leftOut += (plan.leftOut ?? 0) + (plan.check.some(({ only }) => only !== undefined) ? more : 0);
  }
  return found;
}

async function configured(view: ProjectView, code: readonly string[], command: ConfiguredCommand, found: FoundChecks): Promise<FoundChecks> {
  const read = readCommand(command);
  if (!read.ok) {
    found.unchecked.push({ files: [...code], reason: `boocode.autoFix.command cannot be run: ${read.reason}`, at: [] });
    return found;
  }
  const roots = new Set(code.flatMap((path) => upwards(folderOf(path, view.roots), view.roots).slice(-1)));
  for (const root of roots) found.checks.push(asCheck('configured', 'check', await planConfigured(view, read.argv, root)));
  return found;
}

type Home = { kind: CheckKind; folder: string };

/** The nearest project that has a check for this file: one made for its kind, else one that answers for others. */
async function homeOf(view: ProjectView, path: string): Promise<Home | { reasons: NoCheck[] }> {
  const chain = upwards(folderOf(path, view.roots), view.roots);
  const madeFor = checkKinds.filter((kind) => hasEnding(path, kind.endings));
  const reasons: NoCheck[] = [];
  const tries: Home[] = [
    ...chain.flatMap((folder) => madeFor.filter((kind) => kind.manifests.length > 0).map((kind) => ({ kind, folder }))),
    ...chain.slice(-1).flatMap((folder) => madeFor.filter((kind) => kind.manifests.length === 0).map((kind) => ({ kind, folder }))),
    ...chain.flatMap((folder) => checkKinds.filter((kind) => kind.answersForOthers && !madeFor.includes(kind)).map((kind) => ({ kind, folder }))),
  ];
  for (const { kind, folder } of tries) {
    if (!(await hasManifest(view, kind, folder))) continue;
    const plan = await kind.plan(projectAt(view, folder, [path]));
    if (!isNothing(plan)) return { kind, folder };
    reasons.push(plan);
  }
  if (reasons.length === 0) return { reasons: [nothing('no project that can be checked was found above it')] };
  // What is part of another reason is said with that one.
  return { reasons: reasons.filter((one) => !reasons.some((other) => other.nothing !== one.nothing && other.nothing.includes(one.nothing))) };
}

function isNothing(plan: CheckPlan): plan is NoCheck {
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

function addReason(found: FoundChecks, file: string, { nothing: reason, at }: NoCheck): void {
  const same = found.unchecked.find((one) => one.reason === reason) ?? { files: [], reason, at: [] };
  if (!found.unchecked.includes(same)) found.unchecked.push(same);
  if (!same.files.includes(file)) same.files.push(file);
  if (at !== null && !same.at.includes(at)) same.at.push(at);
}
