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
