// Paths taken apart: what lies in what, by whole names and never by how a text begins.
import { sep } from 'node:path';

export function partsOf(path: string): string[] {
  return path.split(sep).filter((part) => part !== '');
}

/**
 * Component by component, so that a sibling with the same beginning is not inside. Real paths are compared exactly;
 * what was typed may be spelled otherwise where the disk allows it, since the walk then starts at the real folder.
 */
export function isInside(folder: string, path: string, fold: (name: string) => string = (name) => name): boolean {
  const inner = partsOf(path);
  return partsOf(folder).every((part, index) => fold(part) === fold(inner[index] ?? ''));
}

export function namesMayDifferInCase(name: string): string {
  return process.platform === 'win32' || process.platform === 'darwin' ? name.normalize('NFC').toLowerCase() : name;
}

export function namesBelow(folder: string, path: string): string[] {
  return partsOf(path).slice(partsOf(folder).length);
}
