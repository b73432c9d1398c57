import type { GroupCount } from '../../subjects/task/use-groups.ts'

export interface GroupNode extends GroupCount {
  /** The last part of the name. */
  label: string
  children: GroupNode[]
}

/** Names such as `backup/db` as a tree. A level that no task stands in is there too, as long as its groups are given. */
export function toTree(groups: readonly GroupCount[]): GroupNode[] {
  const nodes = new Map<string, GroupNode>()
  const roots: GroupNode[] = []
  for (const { name, total } of [...groups].sort((a, b) => a.name.localeCompare(b.name))) {
    const slash = name.lastIndexOf('/')
    const node: GroupNode = { name, total, label: name.slice(slash + 1), children: [] }
    nodes.set(name, node)
    const parent = slash < 0 ? undefined : nodes.get(name.slice(0, slash))
    if (parent) parent.children.push(node)
    else roots.push(parent === undefined && slash >= 0 ? { ...node, label: name } : node)
  }
  return roots
}

/** A group of the tree that nothing folded hides. */
export interface TreeRow {
  node: GroupNode
  /** 1 at the top. */
  level: number
  /** Among those beside it, from 1. */
  place: number
  siblings: number
  /** Name of the group it is in; null at the top. */
  parent: string | null
  /** Null where there is nothing to unfold. */
  isExpanded: boolean | null
}

/** The rows of a tree from top to bottom, without those in folded groups. */
export function rowsOf(nodes: readonly GroupNode[], folded: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  const add = (level: readonly GroupNode[], depth: number, parent: string | null) => {
    for (const [at, node] of level.entries()) {
      const isExpanded = node.children.length === 0 ? null : !folded.has(node.name)
      rows.push({ node, level: depth, place: at + 1, siblings: level.length, parent, isExpanded })
      if (isExpanded) add(node.children, depth + 1, node.name)
    }
  }
  add(nodes, 1, null)
  return rows
}

/** What a key does in a tree: goes to a row, or folds or unfolds the one it is at. */
export type TreeMove = { to: number } | { fold: string } | { unfold: string } | null

/**
 * The keys of a tree as the WAI-ARIA Authoring Practices have them: https://www.w3.org/WAI/ARIA/apg/patterns/treeview.
 * `typed` is what has been typed of a label, for keys that are characters.
 */
export function moveOf(
  key: string,
  { rows, at, typed }: { rows: readonly TreeRow[]; at: number; typed: string },
): TreeMove {
  const row = rows[at]
  if (row === undefined) return null
  const within = (index: number) => ({ to: Math.min(rows.length - 1, Math.max(0, index)) })
  switch (key) {
    case 'ArrowDown':
      return within(at + 1)
    case 'ArrowUp':
      return within(at - 1)
    case 'Home':
      return within(0)
    case 'End':
      return within(rows.length - 1)
    case 'ArrowRight':
      if (row.isExpanded === null) return null
      return row.isExpanded ? within(at + 1) : { unfold: row.node.name }
    case 'ArrowLeft':
      if (row.isExpanded) return { fold: row.node.name }
      return row.parent === null ? null : { to: rows.findIndex(({ node }) => node.name === row.parent) }
    default:
      return key.length === 1 ? toLabel(rows, at, typed) : null
  }
}

/** The next row whose label begins so; with one character the one it is at does not count. */
function toLabel(rows: readonly TreeRow[], at: number, typed: string): TreeMove {
  const begun = typed.toLowerCase()
  const first = begun.length > 1 ? at : at + 1
  for (let step = 0; step < rows.length; step++) {
    const index = (first + step) % rows.length
    if (rows[index]!.node.label.toLowerCase().startsWith(begun)) return { to: index }
  }
  return null
}
