// Development aid: pictures of every scene, and sheets of them to look at. Run with
// `npx tsx test/ui/preview/screenshots.ts [scene…]`; writes to out/preview/.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/repository-root';
import { opensIn } from './model-scenes';
import { Preview } from './open-preview';
import { previewThemes, type PreviewTheme } from './preview-server';
import { chatScenes } from './scenes';
import { openTracesScene, tracesScenes } from './traces-scenes';

const folder = join(repositoryRoot, 'out', 'preview');
const sizes = [
  { width: 280, height: 560 },
  { width: 480, height: 560 },
  { width: 1200, height: 560 },
];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).filter((name) => !name.startsWith('--'));
  const onlyThemes = process.argv.filter((name) => name.startsWith('--theme=')).map((name) => name.slice(8));
  const onlyWidths = process.argv.filter((name) => name.startsWith('--width=')).map((name) => Number(name.slice(8)));
  await mkdir(folder, { recursive: true });
  const preview = await Preview.start();
  try {
    for (const theme of previewThemes.filter((name) => onlyThemes.length === 0 || onlyThemes.includes(name))) {
      for (const size of sizes.filter(({ width }) => onlyWidths.length === 0 || onlyWidths.includes(width))) {
        const pictures = await takeAll(preview, theme, size, wanted);
        const perSheet = 3 * columnsOf(size.width);
        for (let from = 0; from < pictures.length; from += perSheet) {
          const png = await sheet(preview, pictures.slice(from, from + perSheet), size.width);
          await writeFile(join(folder, `sheet-${theme}-${size.width}-${from / perSheet + 1}.png`), png);
        }
      }
    }
  } finally {
    await preview.stop();
  }
}

type Picture = { name: string; png: Buffer };

async function takeAll(preview: Preview, theme: PreviewTheme, size: { width: number; height: number }, wanted: string[]): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const [name, events] of Object.entries(chatScenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await preview.open({ view: 'chat', theme, ...size, fixedTime: true });
    await page.say(...events());
    const opens = opensIn(name);
    if (opens !== null) await page.page.locator(opens).first().click();
    await page.page.waitForTimeout(350);
    pictures.push({ name, png: await page.page.screenshot({ path: join(folder, `${name}-${theme}-${size.width}.png`) }) });
    for (const error of page.errors) console.error(`${name} ${theme}: ${error}`);
    await page.close();
  }
  for (const name of Object.keys(tracesScenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await preview.open({ view: 'traces', theme, ...size, fixedTime: true });
    await openTracesScene(page, name);
    await page.page.waitForTimeout(350);
    pictures.push({ name, png: await page.page.screenshot({ path: join(folder, `${name}-${theme}-${size.width}.png`) }) });
    for (const error of page.errors) console.error(`${name} ${theme}: ${error}`);
    await page.close();
  }
  return pictures;
}

function columnsOf(width: number): number {
  return Math.max(1, Math.floor(1800 / (width + 12)));
}

async function sheet(preview: Preview, pictures: Picture[], width: number): Promise<Buffer> {
  const columns = columnsOf(width);
  const page = await preview.browser.newPage({ viewport: { width: columns * (width + 12) + 12, height: 600 } });
  const figures = pictures.map(({ name, png }) => `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`);
  await page.setContent(
    `<style>body{margin:12px;display:flex;flex-wrap:wrap;gap:12px;background:#777;font:12px sans-serif}figure{margin:0;width:${width}px}img{display:block}</style>${figures.join('')}`,
  );
  const picture = await page.screenshot({ fullPage: true });
  await page.close();
  return picture;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
