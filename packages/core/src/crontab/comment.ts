/** The text of a comment line without its number signs; null for a line that is not a comment. */
export function commentText(line: string): string | null {
  const match = /^[ \t]*#+[ \t]?(.*)$/s.exec(line)
  return match ? match[1]!.trimEnd() : null
}

/** Words of the example line in the crontabs that distributions install; it is a comment, not a disabled job. */
const EXAMPLE = /\buser-?_?name\b|<user>|\bcommand to (be )?execute/i

export function isExample(comment: string): boolean {
  return EXAMPLE.test(comment)
}

/** A drawing fits a screen; longer lines are text, and are not worth matching. */
const WIDEST_DRAWING = 200
/** What such a drawing is made of. */
const STROKE = /[\s.|*'`+-]/
/** Longest description taken from comments. */
const LONGEST_DESCRIPTION = 2000

/**
 * Collects the comment lines that stand directly above a job, which is where people say what it is for. A blank line,
 * a setting or a job ends the block; a block that is the distribution's explanation of the format says nothing.
 */
export class CommentBlock {
  #lines: string[] = []

  add(comment: string) {
    this.#lines.push(comment)
  }

  clear() {
    this.#lines = []
  }

  /** The block's text; empty when there is none. The block is used up. */
  take(): string {
    const lines = this.#lines
    this.#lines = []
    if (lines.some((line) => isExample(line) || isDrawing(line))) return ''
    return lines.join('\n').replaceAll('\0', '').trim().slice(0, LONGEST_DESCRIPTION).toWellFormed()
  }
}

/** A line of the drawing above that example: `# |  .------- hour (0 - 23)`. */
function isDrawing(line: string): boolean {
  if (line.length > WIDEST_DRAWING) return false
  let end = 0
  while (end < line.length && STROKE.test(line[end]!)) end++
  const strokes = line.slice(0, end)
  const mark = strokes.search(/[.|*]/)
  return mark >= 0 && (end === line.length || strokes.includes('---', mark + 1))
}
