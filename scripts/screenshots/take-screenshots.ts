// Takes pictures of scenes in colour themes and window widths: <scene>-<theme>-<width>.png. Each theme
// has a VS Code of its own on a fresh copy of the sample workspace.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals } from '../../test/support/exit-on-signals';
import { repositoryRoot } from '../../test/support/repository-root';
import { colorThemes, themeFileName, type ColorTheme } from '../../test/support/vscode-host/color-theme';
import { openVsCode } from '../../test/support/vscode-host/open-vscode';
import { buildExtension } from '../setup/build-extension';
import { SetupError } from '../setup/setup-error';
import { copySampleWorkspace } from '../start/sample-workspace';
import { scenes, type Scene } from './scenes';

const options = {
  scenes: { type: 'string' },
  themes: { type: 'string' },
  widths: { type: 'string', default: '1280' },
  height: { type: 'string', default: '800' },
  readme: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const help = `npm run screenshots -- [options]
  --scenes a,b    ${scenes.map(({ name }) => name).join(', ')}; all unless told
  --themes a,b    ${colorThemes.map(themeFileName).join(', ')}; all unless told
  --widths a,b    window widths in pixels; 1280 unless told
  --height N      window height in pixels; 800 unless told
  --readme        write to media/readme instead of out/screenshots`;

interface Wanted {
  readonly scenes: readonly Scene[];
  readonly widths: readonly number[];
  readonly height: number;
  readonly folder: string;
}

export async function takeScreenshots(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(help);
    return 0;
  }
  exitOnSignals(130);
  try {
    const wanted: Wanted = {
      scenes: pick(values.scenes, scenes, ({ name }) => name),
      widths: values.widths.split(',').map(Number),
      height: Number(values.height),
      folder: join(repositoryRoot, ...(values.readme ? ['media', 'readme'] : ['out', 'screenshots'])),
    };
    const themes = pick(values.themes, colorThemes, themeFileName);
    buildExtension();
    for (const colorTheme of themes) await takeInTheme(colorTheme, wanted);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function takeInTheme(colorTheme: ColorTheme, wanted: Wanted): Promise<void> {
  for (const scene of wanted.scenes) {
    const workspace = copySampleWorkspace();
    const size = { width: wanted.widths[0] ?? 1280, height: wanted.height };
    const vscode = await openVsCode({ folder: workspace, colorTheme, size, screenshotFolder: wanted.folder });
    try {
      await scene.prepare(vscode);
      for (const width of wanted.widths) {
        await vscode.page.setViewportSize({ width, height: wanted.height });
        await vscode.settle();
        console.log(await vscode.screenshot(`${scene.name}-${themeFileName(colorTheme)}-${width}`));
      }
    } finally {
      await vscode.close();
      rmSync(dirname(workspace), { recursive: true, force: true });
    }
  }
}

/** The items whose names are in a comma-separated list; all without one. */
function pick<T>(list: string | undefined, items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  if (list === undefined) return items;
  return list.split(',').map((name) => {
    const item = items.find((candidate) => nameOf(candidate) === name);
    if (item === undefined) throw new SetupError(`There is no "${name}".`, `choose from ${items.map(nameOf).join(', ')}.`);
    return item;
  });
}
