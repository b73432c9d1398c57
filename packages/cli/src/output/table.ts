import type { Paint } from './paint.ts'
import { pad, textWidth, truncate } from './width.ts'

export interface Column<Row> {
  title: string
  value: (row: Row) => string
  align?: 'left' | 'right'
  /** Adds colour after the text has been cut to its width. */
  colour?: (text: string, row: Row) => string
  /** May be cut when the terminal is narrow; the widest of these gives way first. */
  shrink?: boolean
  /** What a narrow terminal shows instead. */
  brief?: (row: Row) => string
  /** Left out when the terminal is still too narrow, the highest number first. */
  drop?: number
}

const GAP = 2
/** Cells are not cut below this while there are columns to leave out: a name says more than what triggered it. … */
const COMFORTABLE = 32
/** … and never below this. */
const NARROWEST = 8

/** A column with its cells, as wide as it will be. */
interface Laid<Row> {
  column: Column<Row>
  cells: string[]
  width: number
}

/**
 * Rows under headings, in columns as wide as their content. With a `width` in terminal columns they are made to fit:
 * first by brief cells where there is no room for whole ones, then by leaving columns out, then by cutting; output to a
 * pipe is never cut. Columns that are empty in every row are left out.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paint: Paint,
  width?: number,
): string {
  let laid = lay(rows, columns, false)
  if (width !== undefined && total(laid) > width) laid = fit(widened(lay(rows, columns, true), laid, width), width)
  const head = laid.map(({ column, width: size }) => pad(column.title, size, column.align))
  const lines = rows.map((row, line) =>
    laid
      .map((each) => cellText(each, line, row))
      .join(' '.repeat(GAP))
      .trimEnd(),
  )
  return [paint('bold', head.join(' '.repeat(GAP)).trimEnd()), ...lines].join('\n')
}

function lay<Row>(rows: readonly Row[], columns: readonly Column<Row>[], isBrief: boolean): Laid<Row>[] {
  return columns.flatMap((column) => {
    const cells = rows.map((isBrief && column.brief) || column.value)
    if (cells.every((cell) => cell === '')) return []
    const width = cells.reduce((most, cell) => Math.max(most, textWidth(cell)), textWidth(column.title))
    return [{ column, cells, width }]
  })
}

function total(laid: readonly { width: number }[]): number {
  return laid.reduce((sum, { width }) => sum + width + GAP, -GAP)
}

/** Brief columns made whole again as far as the room goes: the most wanted first, of equals those further right. */
function widened<Row>(brief: readonly Laid<Row>[], whole: readonly Laid<Row>[], width: number): Laid<Row>[] {
  const wholeOf = new Map(whole.map((each) => [each.column, each]))
  let kept = [...brief]
  for (const each of brief.toReversed().toSorted((a, b) => (a.column.drop ?? 0) - (b.column.drop ?? 0))) {
    const wider = kept.map((one) => (one === each ? (wholeOf.get(each.column) ?? each) : one))
    if (total(wider) <= width) kept = wider
  }
  return kept
}

function fit<Row>(laid: Laid<Row>[], width: number): Laid<Row>[] {
  const least = (each: Laid<Row>) => ({ width: each.column.shrink ? Math.min(each.width, COMFORTABLE) : each.width })
  let kept = laid
  while (total(kept.map(least)) > width) {
    const first = kept.reduce<Laid<Row> | null>((best, each) => {
      return (each.column.drop ?? 0) > (best?.column.drop ?? 0) ? each : best
    }, null)
    if (!first) break
    kept = kept.filter((each) => each !== first)
  }
  while (total(kept) > width) {
    const widest = kept
      .filter((each) => each.column.shrink && each.width > NARROWEST)
      .toSorted((a, b) => b.width - a.width)[0]
    if (!widest) break
    widest.width--
  }
  return kept
}

function cellText<Row>({ column, cells, width }: Laid<Row>, line: number, row: Row): string {
  const cut = truncate(cells[line]!, width)
  const painted = column.colour ? column.colour(cut, row) : cut
  const blanks = ' '.repeat(Math.max(0, width - textWidth(cut)))
  return column.align === 'right' ? blanks + painted : painted + blanks
}

/** Labels and values below each other; pairs with an empty value are left out. */
export function details(pairs: readonly (readonly [label: string, value: string])[], paint: Paint): string {
  const shown = pairs.filter(([, value]) => value !== '')
  const width = shown.reduce((most, [label]) => Math.max(most, textWidth(label)), 0)
  return shown
    .map(([label, value]) => {
      const indent = `\n${' '.repeat(width + 4)}`
      return `  ${paint('gray', pad(label, width))}  ${value.replaceAll('\n', indent)}`
    })
    .join('\n')
}
