// Which of npm, pnpm, yarn and bun runs the scripts of a package.
import * as z from 'zod';
import { join, type ProjectView } from './project-view';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockfiles: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['pnpm-workspace.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

const known = z.enum(['npm', 'pnpm', 'yarn', 'bun']);
const declaration = z.object({
  packageManager: z.optional(z.string()),
  devEngines: z.optional(z.object({ packageManager: z.optional(z.object({ name: z.string() })) })),
});

/** `above` begins with the package's own folder. What is said nearest wins, and a field over a lockfile beside it. */
export async function packageManagerOf(view: ProjectView, above: readonly string[]): Promise<PackageManager> {
  for (const folder of above) {
    const declared = declaration.safeParse(await view.json(join(folder, 'package.json'))).data;
    const name = known.safeParse(declared?.packageManager?.split('@')[0] ?? declared?.devEngines?.packageManager?.name);
    if (name.success) return name.data;
    for (const [file, manager] of lockfiles) if (await view.exists(join(folder, file))) return manager;
  }
  return 'npm';
}
