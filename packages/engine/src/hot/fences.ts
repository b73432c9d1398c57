/** Room for the numbers of one era: fences of a later era are above all of an earlier one, and exact as doubles. */
const NUMBERS_OF_AN_ERA = 2 ** 32

/** The fence of the n-th lease of a node in an era, as a decimal string. */
export function fenceOf(era: number, n: number): string {
  return String(era * NUMBERS_OF_AN_ERA + n)
}
