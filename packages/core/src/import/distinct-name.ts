/** Names that are taken, each with the path of the file that it comes from; null for what comes from no file. */
export type TakenNames = ReadonlyMap<string, string | null>

/**
 * The name of a job of the file `source`, told apart from the `taken` ones: by the nearest folder in which its file
 * differs from that of its namesake; a number is the last resort.
 */
export function distinctName(name: string, source: string, taken: TakenNames): string {
  if (!taken.has(name)) return name
  const other = foldersOf(taken.get(name) ?? '')
  for (const [index, folder] of foldersOf(source).entries()) {
    const told = `${folder}-${name}`
    if (folder !== other[index] && !taken.has(told)) return told
  }
  for (let number = 2; ; number++) {
    const numbered = `${name} ${number}`
    if (!taken.has(numbered)) return numbered
  }
}

/** The nearest first. */
function foldersOf(path: string): string[] {
  return path
    .slice(path.indexOf(':') + 1)
    .split('/')
    .slice(0, -1)
    .filter((folder) => folder !== '')
    .toReversed()
}
