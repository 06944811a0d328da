// Who may import whom: the rooms of docs/architecture.md as rules, type imports and cycles included.
// A room may use the rooms on the levels below its own; the composition roots may use them all.
const levels = [
  ['platform', 'store', 'providers'],
  ['trace', 'session', 'attachments', 'auto-fix'],
  ['agent', 'tools'],
  ['workflow', 'background'],
  ['vscode'],
];
const tests = '\\.test\\.tsx?$';

const oneOf = (names) => `(?:${names.join('|')})`;

const upwards = levels.slice(0, -1).map((rooms, level) => ({
  name: `no-way-up-from-${rooms.join('-')}`,
  comment: 'A lower room declares what it needs from a higher one as a port; the composition root hands it in.',
  severity: 'error',
  from: { path: `^extension/${oneOf(rooms)}/`, pathNot: tests },
  to: { path: `^extension/(?:${oneOf(levels.slice(level + 1).flat())}/|main\\.ts|headless\\.ts)` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...upwards,
    {
      name: 'siblings-at-the-bottom-do-not-meet',
      severity: 'error',
      from: { path: `^extension/(${levels[0].join('|')})/`, pathNot: tests },
      to: { path: `^extension/${oneOf(levels[0])}/`, pathNot: '^extension/$1/' },
    },
    {
      name: 'vscode-only-in-its-room',
      severity: 'error',
      from: { pathNot: '^(?:extension/vscode/|extension/main\\.ts$|test/vscode/)' },
      to: { path: ['^vscode$', '(?:^|/)node_modules/@types/vscode/'] },
    },
    {
      name: 'vscode-room-only-from-main',
      severity: 'error',
      from: { pathNot: '^(?:extension/vscode/|extension/main\\.ts$|test/)' },
      to: { path: '^extension/vscode/' },
    },
    {
      name: 'tools-use-the-platform-ports',
      comment: 'Files and processes are reached through the path guard and the command runner only.',
      severity: 'error',
      from: { path: '^extension/tools/', pathNot: tests },
      to: { path: '^(?:node:)?(?:fs|child_process)(?:/|$)' },
    },
    {
      name: 'auto-fix-knows-only-the-platform',
      severity: 'error',
      from: { path: '^extension/auto-fix/', pathNot: tests },
      to: { path: '^extension/', pathNot: '^extension/(?:auto-fix|platform)/' },
    },
    {
      name: 'shared-imports-zod-only',
      severity: 'error',
      from: { path: '^shared/', pathNot: [tests, '^shared/edit-hunks\\.ts$'] },
      to: { pathNot: ['^shared/', '^zod(?:/|$)', '(?:^|/)node_modules/zod/'] },
    },
    {
      // Both sides number the changes of an edit, and have to come to the same numbers.
      name: 'shared-edit-hunks-imports-diff-only',
      severity: 'error',
      from: { path: '^shared/edit-hunks\\.ts$' },
      to: { pathNot: ['^diff(?:/|$)', '(?:^|/)node_modules/diff/'] },
    },
    {
      name: 'webview-holds-no-host-code',
      severity: 'error',
      from: { path: '^webview/', pathNot: tests },
      to: { path: '^(?:extension|workflows|scripts|test|bench)/' },
    },
    {
      name: 'webview-uses-no-node',
      severity: 'error',
      from: { path: '^webview/', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'views-do-not-know-each-other',
      severity: 'error',
      from: { path: '^webview/([^/]+)/', pathNot: tests },
      to: { path: '^webview/[^/]+/', pathNot: '^webview/(?:$1|kit)/' },
    },
    {
      name: 'toolkit-only-in-kit',
      severity: 'error',
      from: { pathNot: '^webview/kit/' },
      to: { path: ['^@vscode/webview-ui-toolkit', '(?:^|/)node_modules/@vscode/webview-ui-toolkit/'] },
    },
    {
      name: 'host-holds-no-webview-code',
      severity: 'error',
      from: { path: '^extension/', pathNot: tests },
      to: { path: '^webview/' },
    },
    {
      name: 'shipped-code-needs-no-test-code',
      severity: 'error',
      from: { path: '^(?:extension|shared|webview)/', pathNot: tests },
      to: { path: '^(?:test|bench|scripts)/' },
    },
    {
      name: 'shipped-code-needs-no-development-package',
      severity: 'error',
      from: { path: '^(?:extension|shared|webview)/', pathNot: tests },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        pathNot: '@types/vscode/',
      },
    },
  ],
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:out|dist|test/fixtures|media)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
