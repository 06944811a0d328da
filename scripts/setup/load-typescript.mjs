// Loads a TypeScript module into a plain Node program, once the dependencies are installed.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/cjs/api';

register();
process.setSourceMapsEnabled(true);

/**
 * @param {URL} file
 * @returns {unknown} The module; the caller says of what type.
 */
export function loadTypeScript(file) {
  return createRequire(import.meta.url)(fileURLToPath(file));
}
