import { useMemo, useState } from 'react'

/** Which rows are chosen: some by id, or all that the filter matches, less some. */
export interface Selection {
  isAll: boolean
  count: number
  /** Chosen ids, or with `isAll` those that are left out. */
  ids: readonly string[]
  has: (id: string) => boolean
  toggle: (id: string) => void
  toggleAll: () => void
  clear: () => void
}

/** `total` is how many rows the filter matches. */
export function useSelection(total: number): Selection {
  const [state, setState] = useState<{ isAll: boolean; ids: ReadonlySet<string> }>({ isAll: false, ids: new Set() })
  return useMemo(
    () => ({
      isAll: state.isAll && state.ids.size === 0,
      count: state.isAll ? Math.max(0, total - state.ids.size) : state.ids.size,
      ids: [...state.ids],
      has: (id) => state.isAll !== state.ids.has(id),
      toggle: (id) =>
        setState(({ isAll, ids }) => {
          const next = new Set(ids)
          if (!next.delete(id)) next.add(id)
          return { isAll, ids: next }
        }),
      toggleAll: () => setState(({ isAll, ids }) => ({ isAll: !(isAll && ids.size === 0), ids: new Set() })),
      clear: () => setState({ isAll: false, ids: new Set() }),
    }),
    [state, total],
  )
}
