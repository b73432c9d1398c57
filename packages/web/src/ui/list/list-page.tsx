import type { ReactNode } from 'react'
import { useWidth } from '../../ground/width.ts'
import { PageHeader } from '../page-header.tsx'
import { ColumnMenu } from './column-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import type { FilterKey } from './filter-key.ts'
import classes from './list.module.css'
import { List, type ListProps } from './list.tsx'
import type { ListAddress } from './list-address.ts'
import { ListTotal } from './list-total.tsx'
import { type FixedView, SavedViews } from './saved-views.tsx'
import { SortMenu } from './sort-menu.tsx'

interface ListPageProps<Row, Key extends string>
  extends Omit<ListProps<Row>, 'label' | 'filter' | 'sort' | 'onSort' | 'height'> {
  title: string
  /** Buttons at the right of the title. */
  actions?: ReactNode
  address: ListAddress<Key>
  /** What can be filtered by. */
  filters: readonly FilterKey[]
  /** Of a filter, for the empty bar. */
  example: string
  /** Views that everybody has. */
  views: readonly FixedView[]
  /** Beyond this the API counts no further. */
  countedTo: number
  /** What comes over it: a sheet. */
  children?: ReactNode
}

/** A page that is a list: views, filters that stand in the address, columns, rows, what is done with chosen ones. */
export function ListPage<Row extends object, Key extends string>(props: ListPageProps<Row, Key>) {
  const { title, actions, address, filters, example, views, countedTo, children, ...list } = props
  const isPhone = useWidth() === 'phone'
  return (
    <div className={classes.page}>
      <PageHeader title={title} actions={actions} />
      <SavedViews page={list.name} fixed={views} search={address.text} onSearch={address.setText} />
      <div className={classes.filters}>
        <FilterBar keys={filters} filter={address.filter} onFilter={address.setFilter} example={example} />
        <ListTotal total={list.rows.total} countedTo={countedTo} />
        {isPhone && <SortMenu columns={list.columns} sort={address.sort} onSort={address.setSort} />}
        <ColumnMenu table={list.name} columns={list.columns} />
      </div>
      <List {...list} label={title} filter={address.text} sort={address.sort} onSort={address.setSort} />
      {children}
    </div>
  )
}
