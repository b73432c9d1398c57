/** Whether a group is another one or lies below it; `a/b` lies below `a`, `ab` does not. */
export function isInGroup(group: string | null, above: string): boolean {
  return group !== null && (group === above || group.startsWith(`${above}/`))
}

/** Of some groups those that lie below no other of them, sorted. */
export function topmost(groups: readonly string[]): string[] {
  const all = new Set(groups)
  return [...all].filter((group) => !ancestors(group).some((above) => all.has(above))).sort()
}

/** The groups that a group lies below, the nearest last. */
export function ancestors(group: string): string[] {
  const found: string[] = []
  for (let at = group.indexOf('/'); at >= 0; at = group.indexOf('/', at + 1)) found.push(group.slice(0, at))
  return found
}
