// Copies of the sample projects, made ready as their users would: with an install by their own package manager.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '../../../extension/platform/testing/temporary-workspace';
import { repositoryRoot } from '../../support/repository-root';
import { pathWith, type PackageManagerName } from './package-managers';

const projects = join(repositoryRoot, 'test/fixtures/projects');
/** The compiler of this repository, behind a package of the project's own, so that an install needs no network. */
const compiler = join(repositoryRoot, 'node_modules/@typescript/native/bin/tsc');

export async function sampleProject(name: 'make-c' | 'python-package'): Promise<TemporaryWorkspace> {
  const workspace = await TemporaryWorkspace.create();
  cpSync(join(projects, name), workspace.path, { recursive: true });
  return workspace;
}

export async function typescriptProject(manager: PackageManagerName = 'npm', below = '.'): Promise<TemporaryWorkspace> {
  const workspace = await TemporaryWorkspace.create();
  await addTypescriptProject(workspace, manager, below);
  return workspace;
}

export async function addTypescriptProject(workspace: TemporaryWorkspace, manager: PackageManagerName, below: string): Promise<void> {
  const folder = join(workspace.path, below);
  cpSync(join(projects, 'typescript-package'), folder, { recursive: true });
  const program = join(folder, 'compiler/tsc.cjs');
  const run = `require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(compiler)}, ...process.argv.slice(2)], { stdio: 'inherit' })`;
  writeFileSync(program, `#!/usr/bin/env node\nprocess.exitCode = ${run}.status ?? 1;\n`);
  chmodSync(program, 0o755);
  if (manager === 'yarn 4') {
    writeFileSync(join(folder, 'yarn.lock'), '');
    writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: node-modules\nenableTelemetry: false\nenableNetwork: false\nenableGlobalCache: false\n');
  }
  const args = manager === 'npm' ? ['install', '--offline', '--no-audit', '--no-fund'] : manager === 'yarn 4' ? ['install'] : ['install', '--offline'];
  const [command = manager] = manager.split(' ');
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false', PATH: pathWith(manager) } });
  if (status !== 0) throw new Error(`${manager} install failed: ${stdout}${stderr}${String(error ?? '')}`);
}
