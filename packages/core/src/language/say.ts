/** Makes the text of a sentence out of its pieces and what stands in its gaps. */
type Speaker = (pieces: readonly string[], gaps: readonly (string | number)[]) => string

let speaker: Speaker = plain

/**
 * Writes a sentence of the product: plain English text that can be said in another language later, wherever it has got
 * to by then (a reply, a row, another process). The template is its key in the catalogue, gaps numbered:
 * ``say`is longer than ${most} characters.` `` stands there as `is longer than {0} characters.`
 *
 * `npm run check -- messages` fails for a sentence that the catalogue lacks.
 */
export function say(pieces: TemplateStringsArray, ...gaps: readonly (string | number)[]): string {
  return speaker(pieces, gaps)
}

/** Lets the whole process say its sentences otherwise: for a command that one person uses, never for a server. */
export function speakBy(other: Speaker | null): void {
  speaker = other ?? plain
}

function plain(pieces: readonly string[], gaps: readonly (string | number)[]): string {
  let text = pieces[0]!
  for (const [i, gap] of gaps.entries()) text += `${gap}${pieces[i + 1]}`
  return text
}
