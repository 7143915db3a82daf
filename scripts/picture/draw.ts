import { Box, columnsOf } from './graph';

const BOX_HEIGHT = 54;
/** About what one letter takes at the two font sizes, rather too much. */
const LETTER = { title: 7.6, text: 6.2 };
const PADDING = 14;
const GAP = { x: 56, y: 18 };
const MARGIN = 16;

interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The boxes with arrows from what is there before to what comes after, as SVG. The same for the same boxes. */
export function draw(title: string, boxes: Box[]): string {
  const columns = columnsOf(boxes);
  const height = Math.max(...columns.map(heightOf)) + 2 * MARGIN;
  const placed: Placed[] = [];
  let right = MARGIN - GAP.x;
  for (const column of columns) {
    const [x, width, top] = [right + GAP.x, widthOf(column), (height - heightOf(column)) / 2];
    placed.push(...column.map((box, index) => ({ ...box, x, width, y: top + index * (BOX_HEIGHT + GAP.y) })));
    right = x + width;
  }
  const width = right + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="13">`,
    `  <title>${escape(title)}</title>`,
    `  <rect width="${width}" height="${height}" fill="#ffffff"/>`,
    '  <defs>',
    '    <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="#475569"/></marker>',
    '  </defs>',
    '  <g stroke="#475569" fill="none" marker-end="url(#arrow)">',
    ...placed.flatMap((box) => box.after.map((id) => arrow(placed.find((other) => other.id === id)!, box))),
    '  </g>',
    ...placed.flatMap(boxLines),
    '</svg>',
    '',
  ].join('\n');
}

function heightOf(column: Box[]): number {
  return column.length * (BOX_HEIGHT + GAP.y) - GAP.y;
}

/** Of each box in the column: what the longest line takes. */
function widthOf(column: Box[]): number {
  const lines = column.flatMap(({ title, text }) => [title.length * LETTER.title, text.length * LETTER.text]);
  return Math.ceil(Math.max(...lines)) + 2 * PADDING;
}

function arrow(from: Placed, to: Placed): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + BOX_HEIGHT / 2, to.x - 2, to.y + BOX_HEIGHT / 2];
  const bend = GAP.x / 2;
  return `    <path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

function boxLines({ x, y, width, title, text, isOutside }: Placed): string[] {
  const look = isOutside ? 'fill="#f8fafc" stroke="#64748b" stroke-dasharray="5 4"' : 'fill="#dbeafe" stroke="#2563eb"';
  const middle = x + width / 2;
  return [
    `  <rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="8" ${look}/>`,
    `  <text x="${middle}" y="${y + 23}" text-anchor="middle" font-weight="bold" fill="#0f172a">${escape(title)}</text>`,
    `  <text x="${middle}" y="${y + 41}" text-anchor="middle" font-size="11" fill="#475569">${escape(text)}</text>`,
  ];
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
