/**
 * The text without the characters of `dropped` that it ends in. Looks at each character once, where an expression like
 * `/[…]+$/` looks again at the rest of every run that is not at the end.
 */
export function withoutTrailing(text: string, dropped: string): string {
  let end = text.length
  while (end > 0 && dropped.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
