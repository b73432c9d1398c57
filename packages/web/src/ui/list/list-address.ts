import { useMemo } from 'react'
import { parseSearch, stringifySearch } from '../../ground/address.ts'

type Filter<Key extends string> = Partial<Record<Key, string | undefined>>

interface ListAddressOptions<Key extends string> {
  /** Keys of the address that filter, in the order in which saved views name them. */
  keys: readonly Key[]
  search: Filter<Key> & { sort?: string | undefined }
  /** Told all that is to stand in the address. */
  onSearch: (search: Record<string, string | undefined>) => void
  /** The order that is not written down. */
  usualSort?: string
}

/** What a list is filtered and sorted by, which stands in its address. */
export interface ListAddress<Key extends string> {
  filter: Filter<Key>
  sort: string | undefined
  /** The filter without `?`; empty shows everything. */
  text: string
  setFilter: (filter: Readonly<Record<string, string | undefined>>) => void
  setText: (text: string) => void
  setSort: (sort: string) => void
}

export function useListAddress<Key extends string>(options: ListAddressOptions<Key>): ListAddress<Key> {
  const { keys, search, onSearch, usualSort } = options
  const sort = search.sort ?? usualSort
  const filter = useMemo(() => {
    const wanted: Filter<Key> = search
    return Object.fromEntries(keys.map((key) => [key, wanted[key]])) as Filter<Key>
  }, [keys, search])
  // What is usual is not written down.
  const written = (order: string | undefined) => (order === undefined || order === usualSort ? {} : { sort: order })
  const setFilter: ListAddress<Key>['setFilter'] = (next) => onSearch({ ...next, ...written(sort) })
  return {
    filter,
    sort,
    text: stringifySearch(filter).slice(1),
    setFilter,
    setText: (text) => setFilter(parseSearch(text)),
    setSort: (next) => onSearch({ ...filter, ...written(next) }),
  }
}
