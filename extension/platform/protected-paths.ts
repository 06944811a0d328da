// Files that decide what runs or what the agent may do. Writing one is asked in every mode; the reason says why.

const agentRules = 'it instructs or configures coding agents';
const editor = 'it configures the editor, which can run commands';
const ci = 'it decides what the build servers run';
const git = 'it belongs to git, which can run commands';
const packages = 'it decides where packages come from and what installing them runs';
const environment = 'it holds settings and often secrets for commands';
const hooks = 'it runs when you use git';
const container = 'it decides what runs when the folder is opened in a container';

/** A folder and everything below it. */
const folders = new Map([
  ['.vscode', editor],
  ['.idea', editor],
  ['.boocode', 'it configures BooCode itself'],
  ['.cursor', agentRules],
  ['.claude', agentRules],
  ['.windsurf', agentRules],
  ['.clinerules', agentRules],
  ['.roo', agentRules],
  ['.git', git],
  ['.husky', hooks],
  ['.githooks', hooks],
  ['.circleci', ci],
  ['.buildkite', ci],
  ['.woodpecker', ci],
  ['.gitea', ci],
  ['.forgejo', ci],
  ['.github/workflows', ci],
  ['.github/actions', ci],
  ['.github/instructions', agentRules],
  ['.devcontainer', container],
]);

const files = new Map([
  ['.mcp.json', agentRules],
  ['agents.md', agentRules],
  ['agents.override.md', agentRules],
  ['agent.md', agentRules],
  ['claude.md', agentRules],
  ['claude.local.md', agentRules],
  ['gemini.md', agentRules],
  ['copilot-instructions.md', agentRules],
  ['.cursorrules', agentRules],
  ['.windsurfrules', agentRules],
  ['.clinerules', agentRules],
  ['.gitlab-ci.yml', ci],
  ['.travis.yml', ci],
  ['.drone.yml', ci],
  ['.cirrus.yml', ci],
  ['appveyor.yml', ci],
  ['.appveyor.yml', ci],
  ['azure-pipelines.yml', ci],
  ['bitbucket-pipelines.yml', ci],
  ['jenkinsfile', ci],
  ['.git', git],
  ['.gitattributes', git],
  ['.gitmodules', git],
  ['.gitconfig', git],
  ['.pre-commit-config.yaml', hooks],
  ['lefthook.yml', hooks],
  ['.lefthook.yml', hooks],
  ['.npmrc', packages],
  ['.yarnrc', packages],
  ['.yarnrc.yml', packages],
  ['.pnpmfile.cjs', packages],
  ['bunfig.toml', packages],
  ['.envrc', environment],
  ['.env', environment],
  ['.devcontainer.json', container],
]);

const endings: readonly (readonly [RegExp, string])[] = [
  [/\.code-workspace$/, editor],
  [/^\.env\..+$/, environment],
];

/**
 * Why a write to this path is always asked, in words that end a sentence; null when it is an ordinary file.
 * `path` is relative to its workspace folder.
 */
export function protectedReason(path: string): string | null {
  const names = foldName(path).split(/[\\/]+/).filter((name) => name !== '' && name !== '.');
  for (const [index, name] of names.entries()) {
    const reason = folders.get(name) ?? folders.get(`${name}/${names[index + 1] ?? ''}`);
    if (reason !== undefined) return reason;
  }
  const last = names.at(-1) ?? '';
  return files.get(last) ?? endings.find(([ending]) => ending.test(last))?.[1] ?? null;
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
    .toLowerCase();
}
