// What the scripted demo does next, decided from the conversation alone: on the sample workspace it finds and fixes
// the coupon bug with the real tools; anywhere else it looks around and says what it is. It must never pass for a
// model, and never goes on against a refusal.
import type { ModelMessage, ToolSchema } from '../model';
import type { DemoCall, DemoStep } from './step';
import { callsSinceUser, checkWord, failingTests, testOutcome, wasRefused, type CheckWord, type DoneCall } from './transcript';

const testFile = 'test/cart.test.js';
const sourceFile = 'src/cart.js';
const helperFile = 'src/discounts.js';
const bug = 'sum + lineCents(line, this.#coupon)';
const fix = 'sum + lineCents(line, null)';
const runTests: DemoCall = { tool_name: 'run_command', input: { argv: ['node', '--test'] } };

const connect =
  'To work with a real model, run **BooCode: Choose Model** and pick DeepSeek or any OpenAI-compatible server; **BooCode: Set API Key** stores a key safely.';

export function nextStep(messages: readonly ModelMessage[], tools: readonly ToolSchema[]): DemoStep {
  const step = decide(callsSinceUser(messages), checkWord(messages));
  const missing = step.calls.find((call) => !tools.some(({ name }) => name === call.tool_name));
  return missing ? stop(`Here I would use the tool \`${missing.tool_name}\`, but it is switched off, so the demo ends.`) : step;
}

function decide(done: readonly DoneCall[], check: CheckWord | null): DemoStep {
  const listing = done.find(({ tool_name }) => tool_name === 'list_files');
  if (!listing) return lookAround();
  const found = done.filter(({ tool_name }) => tool_name === 'list_files' || tool_name === 'search_files');
  const isSample = found.some(({ result }) => result.replaceAll('\\', '/').includes(testFile) || result.includes('cart.test.js'));
  if (!isSample) return elsewhere(done, listing);

  const read = (path: string): DoneCall | undefined =>
    done.find((call) => call.tool_name === 'read_file' && call.arguments.includes(JSON.stringify(path)));
  const source = read(sourceFile);
  if (!source) return readBoth();
  const runs = done.filter(({ tool_name }) => tool_name === 'run_command');
  const [firstRun] = runs;
  if (!firstRun) return firstTestRun();
  const edit = done.find(({ tool_name }) => tool_name === 'edit_file');
  if (!edit) return afterFirstRun(firstRun, source, read(helperFile));
  if (wasRefused(edit)) return editRefused();
  if (check === 'refused') return stop('The edit is made. You refused its check, so I cannot say that it helps.');
  if (check !== null) return afterEdit(check === 'passed', ', says the check that auto-fix ran after the edit');
  const secondRun = runs[1];
  if (!secondRun) return { reasoning: '', text: 'The edit is in place. Running the tests again to see whether it really helps.', calls: [runTests] };
  return afterSecondRun(secondRun);
}

function lookAround(): DemoStep {
  return {
    reasoning: 'This is a script, so there is nothing to think about. A model would now work out where to look first.',
    text:
      "Hello! I am BooCode's **scripted demo model**: no AI is asked, my answers are written in advance. The tools, your approvals, the files and the traces are real.\n\nFirst a look at the workspace.",
    calls: [
      { tool_name: 'list_files', input: {} },
      { tool_name: 'search_files', input: { query: 'coupon' } },
    ],
  };
}

function readBoth(): DemoStep {
  return {
    reasoning: '',
    text: 'A small shop cart with tests. I read the tests and the cart together, in one turn.',
    calls: [
      { tool_name: 'read_file', input: { path: testFile } },
      { tool_name: 'read_file', input: { path: sourceFile } },
    ],
  };
}

function firstTestRun(): DemoStep {
  return { reasoning: '', text: 'Before changing anything, I run the tests to see what fails.', calls: [runTests] };
}

function afterFirstRun(run: DoneCall, source: DoneCall, helper: DoneCall | undefined): DemoStep {
  if (wasRefused(run)) {
    return stop('You refused the command, so I leave everything as it is. I would have run `node --test`; nothing was changed.');
  }
  switch (testOutcome(run.result)) {
    case 'passed':
      return stop('All tests pass already, so there is nothing to fix. To see the whole demo, open a fresh copy of the sample workspace and run it again.');
    case 'unknown':
      return stop('The tests could not be run. Is Node.js 18 or newer installed and on the PATH? Nothing was changed.');
    case 'failed':
      break;
  }
  if (!source.result.includes(bug)) {
    return stop(`A test fails, but not for the reason this script knows: \`${sourceFile}\` no longer holds the bug of the sample. A real model would look further.`);
  }
  if (!helper) {
    const name = failingTests(run.result)[0];
    return {
      reasoning:
        'Expected 7200, got 6480. 8000 less 10 % is 7200, and 7200 less 10 % is 6480: the discount is taken off twice. `total()` takes it off once, so the subtotal must already be reduced. Where does `subtotal()` get its prices from?',
      text: `One test fails${name === undefined ? '' : `: "${name}"`}. The amount looks as if the coupon were taken off twice, so I read how a line gets its price.`,
      calls: [{ tool_name: 'read_file', input: { path: helperFile } }],
    };
  }
  return {
    reasoning:
      '`lineCents` takes the coupon off when it is given one. `subtotal()` gives it the coupon although it promises the goods before any coupon; `total()` then takes it off again. The receipt needs `lineCents` as it is, so the fix belongs in `subtotal()`.',
    text: '`subtotal()` passes the coupon on to `lineCents`, and `total()` takes it off again. The subtotal must not know the coupon.',
    calls: [{ tool_name: 'edit_file', input: { path: sourceFile, old_text: bug, new_text: fix } }],
  };
}

function editRefused(): DemoStep {
  return stop(
    `You refused the edit, so \`${sourceFile}\` stays as it is and its test keeps failing. The change I proposed:\n\n\`\`\`diff\n- ${bug}\n+ ${fix}\n\`\`\``,
  );
}

function afterSecondRun(run: DoneCall): DemoStep {
  if (wasRefused(run)) return stop('The edit is made. You refused the second test run, so I cannot say that it helps.');
  return afterEdit(testOutcome(run.result) === 'passed', '');
}

/** `how` it is known, where the script did not run them itself. */
function afterEdit(passes: boolean, how: string): DemoStep {
  if (!passes) {
    return stop('The tests still do not pass, and this script knows nothing more to try. The turn can be taken back by undoing the edit.');
  }
  return stop(
    [
      `All tests pass now${how}.`,
      '',
      `**What was wrong.** \`Cart.subtotal()\` in \`${sourceFile}\` promises the goods *before* any coupon, but asked for line prices with the coupon taken off. \`total()\` then took it off a second time: 80.00 with 10 % off became 64.80 instead of 72.00. It also made orders near the limit pay for shipping that should be free.`,
      '',
      '```js',
      'subtotal() {',
      `  return this.#lines.reduce((sum, line) => ${fix}, 0);`,
      '}',
      '```',
      '',
      '`lineCents` itself is right: the receipt shows the reduced price of each line with it.',
    ].join('\n'),
  );
}

/** Not the sample workspace: shows that the tools are real, and says what this is. */
function elsewhere(done: readonly DoneCall[], listing: DoneCall): DemoStep {
  const known = ['README.md', 'package.json', 'pyproject.toml', 'Cargo.toml', 'go.mod'].find((name) => new RegExp(`(^|[\\s/\\\\])${name.replace('.', '\\.')}\\b`, 'm').test(listing.result));
  const hasRead = done.some(({ tool_name }) => tool_name === 'read_file');
  if (known !== undefined && !hasRead) {
    return { reasoning: '', text: `This is not the sample workspace, so I only look around a little: \`${known}\`.`, calls: [{ tool_name: 'read_file', input: { path: known } }] };
  }
  return stop(
    'What I did just now was real: you can open each call above, and all of them are in the traces. But I am a script made for the sample workspace and cannot work on your task here.\n\nTo see a whole run with a bug found and fixed, use **BooCode: Run Demo**.',
  );
}

function stop(text: string): DemoStep {
  return { reasoning: '', text: `${text}\n\n${connect}`, calls: [] };
}
