// Files that decide what runs or what the agent may do. Changing, moving or deleting one is asked in every mode; the
// reason says why. Where it is doubtful, a name stands here: a question too many is cheaper than one too few.

const agentRules = 'it instructs or configures coding agents';
const editor = 'it configures the editor, which can run commands';
const ci = 'it decides what the build servers run';
const git = 'it belongs to git, which can run commands';
const packages = 'it decides where packages come from and what installing or building runs';
const environment = 'it holds settings and often secrets for commands';
const hooks = 'it runs when you use git';
const container = 'it decides what runs when the folder is opened in a container';
const shell = 'it runs when a shell starts';
const secrets = 'it holds keys or logins';

/** A folder and everything below it. A name with `/` is two folders in one another. */
const folders = new Map(
  Object.entries({
    [editor]: ['.vscode', '.idea', '.fleet', '.zed', '.nvim', '.vs'],
    'it configures BooCode itself': ['.boocode'],
    [agentRules]: [
      '.cursor', '.claude', '.windsurf', '.clinerules', '.roo', '.agents', '.codex', '.gemini', '.qwen', '.opencode', '.continue', '.junie', '.kiro', '.amazonq',
      '.augment', '.trae', '.github/instructions', '.github/prompts', '.github/chatmodes', '.github/agents', '.github/skills', '.github/hooks',
    ],
    [git]: ['.git', '.config/git'],
    [hooks]: ['.husky', '.githooks', '.git-hooks', '.lefthook'],
    [ci]: ['.circleci', '.buildkite', '.woodpecker', '.gitea', '.forgejo', '.semaphore', '.teamcity', '.tekton', '.github/workflows', '.github/actions', '.gitlab/ci'],
    [container]: ['.devcontainer'],
    [packages]: ['.yarn/releases', '.yarn/plugins', '.cargo', '.mvn', '.gradle', 'gradle/wrapper', '.bundle'],
    [shell]: ['.config/fish', '.zsh', '.bashrc.d', '.profile.d'],
    [secrets]: ['.ssh', '.gnupg', '.aws', '.azure', '.kube', '.docker', '.config/gcloud', '.config/gh'],
  }).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

const files = new Map(
  Object.entries({
    [agentRules]: [
      '.mcp.json', 'mcp.json', 'agents.md', 'agents.override.md', 'agents.local.md', 'agent.md', 'claude.md', 'claude.local.md', 'gemini.md', 'qwen.md',
      'copilot-instructions.md', '.cursorrules', '.windsurfrules', '.clinerules', '.roorules', '.roomodes', '.rules', '.goosehints', '.aider.conf.yml', 'opencode.json',
      'opencode.jsonc', '.continuerules',
    ],
    [ci]: [
      '.gitlab-ci.yml', '.gitlab-ci.yaml', '.travis.yml', '.drone.yml', '.cirrus.yml', 'appveyor.yml', '.appveyor.yml', 'azure-pipelines.yml', 'azure-pipelines.yaml',
      'bitbucket-pipelines.yml', 'jenkinsfile', 'cloudbuild.yaml', 'cloudbuild.yml', 'codemagic.yaml', '.build.yml', 'buildspec.yml', '.woodpecker.yml', 'earthfile',
    ],
    [git]: ['.git', '.gitattributes', '.gitmodules', '.gitconfig'],
    [hooks]: [
      '.pre-commit-config.yaml', '.pre-commit-config.yml', '.overcommit.yml', 'lefthook.yml', 'lefthook.yaml', 'lefthook.toml', 'lefthook.json', '.lefthook.yml',
      '.lefthook.yaml', 'lefthook-local.yml', '.lefthook-local.yml', '.huskyrc', '.huskyrc.json', '.huskyrc.js', '.simple-git-hooks.json', '.simple-git-hooks.js',
      '.simple-git-hooks.cjs',
    ],
    [packages]: [
      '.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmrc', '.pnpmfile.cjs', '.pnpmfile.js', '.pnpmfile.mjs', 'pnpm-workspace.yaml', 'bunfig.toml', '.bunfig.toml', 'nuget.config',
      'pip.conf', '.condarc', 'init.gradle',
    ],
    [environment]: ['mise.toml', '.mise.toml', 'mise.local.toml', '.tool-versions', '.direnvrc'],
    [container]: ['.devcontainer.json'],
    [editor]: ['.exrc', '.vimrc', '.gvimrc', '.nvimrc', '.nvim.lua', '.dir-locals.el', '.lvimrc'],
    [shell]: [
      '.bashrc', '.bash_profile', '.bash_login', '.bash_logout', '.bash_aliases', '.profile', '.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.cshrc',
      '.tcshrc', '.login', '.logout', '.inputrc', '.xprofile', '.xinitrc', '.xsessionrc', '.pam_environment', 'profile.ps1', 'microsoft.powershell_profile.ps1',
      'microsoft.vscode_profile.ps1',
    ],
    [secrets]: ['.netrc', '_netrc', '.pypirc', '.pgpass', '.git-credentials', '.my.cnf', '.htpasswd', '.vault-token'],
  }).flatMap(([reason, names]) => names.map((name) => [name, reason] as const)),
);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\.code-workspace$/, editor],
  [/^\.env|\.env$/, environment],
  [/^\.gitlab-ci.*\.ya?ml$|^azure-pipelines.*\.ya?ml$|^jenkinsfile\./, ci],
  [/\.(?:instructions|prompt|chatmode|agent)\.md$/, agentRules],
];

/**
 * Why touching this path is always asked, in words that end a sentence; null when it is an ordinary file. `path` is
 * relative to its workspace folder; `root` is that folder, whose own name counts too: it may be opened as a folder.
 */
export function protectedReason(path: string, root = ''): string | null {
  const above = namesOf(root).slice(-2);
  const below = namesOf(path);
  const names = [...above, ...below];
  for (let index = Math.max(0, above.length - 1); index < names.length; index++) {
    const name = names[index] ?? '';
    const reason = folders.get(name) ?? folders.get(`${names[index - 1] ?? ''}/${name}`);
    if (reason !== undefined) return reason;
  }
  const last = below.at(-1) ?? '';
  return files.get(last) ?? patterns.find(([pattern]) => pattern.test(last))?.[1] ?? null;
}

function namesOf(path: string): string[] {
  return foldName(path).split(/[\\/]+/).filter((name) => name !== '' && name !== '.');
}

/**
 * One spelling for all names that a forgiving file system takes as the same: case, composition, and the invisible
 * characters that HFS+ skips.
 */
function foldName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');
}
