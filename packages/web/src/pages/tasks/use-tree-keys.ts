import { type KeyboardEvent, useRef, useState } from 'react'
import { moveOf, type TreeRow } from './group-tree.ts'

interface TreeKeysOptions {
  rows: readonly TreeRow[]
  /** Where the Tab key leads until somebody has moved on. */
  first: number
  onFold: (name: string, isFolded: boolean) => void
  onChoose: (row: TreeRow) => void
}

/** What is typed within this time is one beginning of a label. */
const TYPED_MS = 700

/** The keys of a tree, of which one row at a time can be reached by Tab. */
export function useTreeKeys({ rows, first, onFold, onChoose }: TreeKeysOptions) {
  const tree = useRef<HTMLDivElement>(null)
  const typed = useRef({ text: '', at: 0 })
  const [name, setName] = useState<string | null>(null)
  const known = rows.findIndex(({ node }) => node.name === name)
  const stop = known < 0 ? first : known

  function typedWith(key: string, at: number): string {
    const isSoon = at - typed.current.at < TYPED_MS
    typed.current = { text: (isSoon ? typed.current.text : '') + key, at }
    return typed.current.text
  }

  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[stop]
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      onChoose(row)
      return
    }
    const text = event.key.length === 1 ? typedWith(event.key, event.timeStamp) : ''
    const move = moveOf(event.key, { rows, at: stop, typed: text })
    if (move === null) return
    event.preventDefault()
    if ('fold' in move) onFold(move.fold, true)
    else if ('unfold' in move) onFold(move.unfold, false)
    else tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[move.to]?.focus()
  }

  return { tree, stop, setStop: (at: number) => setName(rows[at]?.node.name ?? null), onKeyDown }
}
