// Whether this session has a screen that a window can open on.
export function hasDisplay(): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return process.env['SSH_CONNECTION'] === undefined;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}
