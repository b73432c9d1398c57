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
}

const GAP = 2
const NARROWEST = 8

/**
 * Rows under headings, in columns as wide as their content, cut to `width` terminal columns where one is given (output
 * to a pipe is never cut). Columns that are empty in every row are left out.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paint: Paint,
  width?: number,
): string {
  const cells = columns.map((column) => rows.map(column.value))
  const shown = columns.map((_, index) => index).filter((index) => cells[index]!.some((cell) => cell !== ''))
  const widths = shown.map((index) =>
    cells[index]!.reduce((most, cell) => Math.max(most, textWidth(cell)), textWidth(columns[index]!.title)),
  )
  if (width !== undefined) shrink(widths, shown, columns, width)
  const head = shown.map((index, at) => pad(columns[index]!.title, widths[at]!, columns[index]!.align))
  const lines = [paint('bold', head.join('  ').trimEnd())]
  rows.forEach((row, line) => {
    const parts = shown.map((index, at) => cellText(columns[index]!, cells[index]![line]!, row, widths[at]!))
    lines.push(parts.join(' '.repeat(GAP)).trimEnd())
  })
  return lines.join('\n')
}

function cellText<Row>(column: Column<Row>, cell: string, row: Row, width: number): string {
  const cut = textWidth(cell) > width ? truncate(cell, width) : cell
  const painted = column.colour ? column.colour(cut, row) : cut
  const blanks = ' '.repeat(Math.max(0, width - textWidth(cut)))
  return column.align === 'right' ? blanks + painted : painted + blanks
}

function shrink<Row>(widths: number[], shown: number[], columns: readonly Column<Row>[], width: number): void {
  const total = () => widths.reduce((sum, each) => sum + each + GAP, -GAP)
  while (total() > width) {
    let widest = -1
    widths.forEach((each, at) => {
      const mayShrink = columns[shown[at]!]!.shrink === true && each > NARROWEST
      if (mayShrink && (widest < 0 || each > widths[widest]!)) widest = at
    })
    if (widest < 0) return
    widths[widest]!--
  }
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
