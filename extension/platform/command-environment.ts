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

const quiet = {
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  npm_config_update_notifier: 'false',
  // Windows looks for a program in the current folder first, unless this is set.
  NoDefaultCurrentDirectoryInExePath: '1',
} as const;

/** Which command a process belongs to, also after it left its group and its parents are gone. */
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
  Object.assign(environment, quiet, extra, { [commandMark]: commandId });
  // Inherited from the extension host it would make every Electron program start as plain Node.
  delete environment['ELECTRON_RUN_AS_NODE'];
  return environment;
}
