// The environment of every command: an allow-list of the host's own variables, so that no secret is inherited, and
// settings that keep programs from asking, paging and colouring.

/** Where things are and which language to speak. Nothing here is ever a secret. */
const inherited = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP',
  // Windows
  'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERNAME', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA',
  'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMW6432', 'COMMONPROGRAMFILES', 'OS',
  'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE',
  // Where toolchains live
  'JAVA_HOME', 'ANDROID_HOME', 'GOPATH', 'GOROOT', 'CARGO_HOME', 'RUSTUP_HOME', 'NVM_DIR', 'PNPM_HOME', 'BUN_INSTALL',
  'VOLTA_HOME', 'PYENV_ROOT', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'DOTNET_ROOT', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME',
  'XDG_DATA_HOME', 'XDG_RUNTIME_DIR',
]);

/** Nobody is there to answer, neither on a terminal nor in a window: what would ask fails, or takes what is there. */
const unasking = {
  GIT_TERMINAL_PROMPT: '0',
  // Empty is a value to git: it then asks neither a program from its configuration nor SSH_ASKPASS.
  GIT_ASKPASS: '',
  GCM_INTERACTIVE: 'never',
  SSH_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GPG_TTY: '',
  // An editor that leaves the text as it is: a commit without a message is refused, a rebase goes on.
  GIT_EDITOR: 'true',
  EDITOR: 'true',
  VISUAL: 'true',
  DEBIAN_FRONTEND: 'noninteractive',
  PIP_NO_INPUT: '1',
  POETRY_NO_INTERACTION: '1',
  COMPOSER_NO_INTERACTION: '1',
  GH_PROMPT_DISABLED: '1',
} as const;

const quiet = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  // Python keeps what it prints to itself when no terminal reads it; here somebody looks on.
  PYTHONUNBUFFERED: '1',
  // Windows looks for a program in the current folder first, unless this is set.
  NoDefaultCurrentDirectoryInExePath: '1',
} as const;

/**
 * Which command a process belongs to, also after it left its group and its parents are gone. A command that runs
 * commands of its own hands down both, with a slash between them.
 */
export const commandMark = 'BOOCODE_COMMAND_ID';

/** `extra` is the user's own setting and wins, but for what would turn a program into something else. */
export function commandEnvironment(
  host: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>>,
  commandId: string,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    const known = name.toUpperCase();
    if (value === undefined || !(inherited.has(known) || known.startsWith('LC_'))) continue;
    // Windows spells it `Path`; one spelling is looked up later.
    environment[known === 'PATH' ? 'PATH' : name] = value;
  }
  const outer = host[commandMark];
  Object.assign(environment, unasking, quiet, extra, { [commandMark]: outer ? `${outer}/${commandId}` : commandId });
  // Inherited from the extension host it would make every Electron program start as plain Node.
  delete environment['ELECTRON_RUN_AS_NODE'];
  return environment;
}
