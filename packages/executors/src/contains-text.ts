/** `String.includes` finds texts of up to this many characters: at each place it costs no more than a table. */
const SHORT = 32

/**
 * Whether `text` holds `wanted`, in time that grows with the sum of their lengths (Knuth, Morris and Pratt 1977).
 * `String.includes` takes their product for texts made for it: 50 s for one of 1 MB.
 */
export function containsText(text: string, wanted: string): boolean {
  if (wanted.length <= SHORT || wanted.length > text.length) return text.includes(wanted)
  const borders = bordersOf(wanted)
  let matched = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = borders[matched - 1]!
    if (wanted.charCodeAt(matched) === code) matched++
    if (matched === wanted.length) return true
  }
  return false
}

/** For each beginning of a text, the length of the longest shorter one that it ends with. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length)
  let length = 0
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1]!
    if (text.charCodeAt(length) === code) length++
    borders[at] = length
  }
  return borders
}
