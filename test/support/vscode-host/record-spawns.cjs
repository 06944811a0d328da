// Preloaded into VS Code's processes by a test: writes down each program that code of the repository under test starts,
// one JSON line each, in the file that BOOCODE_SPAWNS names.
const { ChildProcess } = require('node:child_process');
const { appendFileSync } = require('node:fs');
const { join, sep } = require('node:path');

const file = process.env.BOOCODE_SPAWNS;
const dist = join(__dirname, '..', '..', '..', 'dist') + sep;
const original = Reflect.get(ChildProcess.prototype, 'spawn');

/**
 * @this {import('node:child_process').ChildProcess}
 * @param {unknown[]} args
 */
function recordAndSpawn(...args) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  if (file && stack.includes(dist)) appendFileSync(file, `${JSON.stringify(Reflect.get(Object(args[0]), 'file'))}\n`);
  return Reflect.apply(original, this, args);
}

Reflect.set(ChildProcess.prototype, 'spawn', recordAndSpawn);
