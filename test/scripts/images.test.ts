import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');
const IMAGES = join(ROOT, 'docs', 'images');
const documents = ['README.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md')).map((file) => join('docs', file))];
const used = documents.flatMap((document) => [...readFileSync(join(ROOT, document), 'utf8').matchAll(/!\[(?<alt>[^\]]*)\]\((?<target>[^)]+)\)/g)])
  .map(({ groups }) => groups as { alt: string; target: string });
const pictures = readdirSync(IMAGES);

/** Returns the colors of the fills of each class. The rules for dark mode override those for light mode. */
function fillsOf(svg: string): Record<'light' | 'dark', Map<string, string>> {
  const style = /<style>([^]*?)<\/style>/.exec(svg)![1];
  const [light, dark] = style.split('@media (prefers-color-scheme: dark)');
  const fills = (css: string) => [...css.matchAll(/([.\w]+) \{[^}]*?fill: (#[0-9a-f]{6})/g)].map(([, name, color]) => [name, color] as const);
  return { light: new Map(fills(light)), dark: new Map([...fills(light), ...fills(dark)]) };
}

/** @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [lighter, darker] = [one, other].map((color) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

test('every picture is used, with a text for those who do not see it', () => {
  expect(pictures.filter((picture) => !used.some(({ target }) => target.endsWith(`/${picture}`)))).toEqual([]);
  expect(used.filter(({ alt }) => alt.length < 20)).toEqual([]);
});

describe.each(pictures)('docs/images/%s', (picture) => {
  const svg = readFileSync(join(IMAGES, picture), 'utf8');

  test('fits into the column of a README and is shown in its own size', () => {
    const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg)!;
    expect(Number(width)).toBeLessThanOrEqual(860);
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
    expect(svg).toContain('<title>');
  });

  test('has letters of at least 13 pixels', () => {
    expect(Math.min(...[...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size)))).toBeGreaterThanOrEqual(13);
  });

  test('has its own background, and no color that is the same in light and dark mode', () => {
    expect(svg.replace(/<style>[^]*<\/style>/, '')).not.toMatch(/#[0-9a-f]{3}|fill=|stroke=/);
    expect(svg).toMatch(/<rect class="page" x="0\.5" y="0\.5" width="859"/);
  });

  test.each(['light', 'dark'] as const)('has text with enough contrast to each background in %s mode', (mode) => {
    const fills = fillsOf(svg)[mode];
    const texts = ['text', '.soft'].map((name) => fills.get(name)!);
    const backgrounds = ['.page', '.card', '.mine', '.kept', '.bar'].map((name) => fills.get(name)).filter((color) => color !== undefined);
    expect(backgrounds.length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...texts.flatMap((text) => backgrounds.map((background) => contrast(text, background))))).toBeGreaterThanOrEqual(4.5);
  });
});
