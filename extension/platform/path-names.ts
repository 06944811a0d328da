// Which names the path guard takes at all. The rules are the same on every platform: a name that means another
// file on Windows (a stream, a device, a short name) is refused everywhere, so that no check depends on the host.

const devices = new Set(['con', 'prn', 'aux', 'nul', 'conin$', 'conout$', 'clock$']);
const numberedDevice = /^(?:com|lpt)[0-9¹²³]$/;
const shortName = /^[^.]{1,6}~[0-9]{1,6}(?:\.[^.]{0,3})?$/;
// The rule is about control characters.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;
const longestPath = 4096;

/** Why this path is no name for a file; null when it is one. `\` is taken as a separator on Windows only. */
export function badPathReason(path: string, platform: NodeJS.Platform): string | null {
  if (path.length === 0) return 'it is empty';
  if (path.length > longestPath) return 'it is too long';
  if (control.test(path)) return 'it holds a control character';
  if (/^[\\/]{2}/.test(path)) return 'network and device paths are not taken';
  if (platform !== 'win32' && path.includes('\\')) return 'the separator is "/"';
  const rest = platform === 'win32' ? path.replace(/^[a-zA-Z]:(?=[\\/])/, '') : path;
  const names = rest.split(/[\\/]/);
  if (names[0] === '~') return '"~" is not expanded';
  for (const name of names) {
    const reason = badNameReason(name);
    if (reason !== null) return reason;
  }
  return null;
}

function badNameReason(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return null;
  if (name.includes(':')) return `"${name}" holds a colon`;
  if (/[. ]$/.test(name)) return `"${name}" ends with a dot or a space`;
  const stem = (name.split('.')[0] ?? '').trimEnd().toLowerCase();
  if (devices.has(stem) || numberedDevice.test(stem)) return `"${name}" is a device on Windows`;
  if (shortName.test(name)) return `"${name}" looks like a short (8.3) name`;
  return null;
}
