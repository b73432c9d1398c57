import { UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconFolder, IconFolderOpen } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { setPreferences, usePreferences } from '../../ground/preferences.ts'
import { useGroups } from '../../subjects/task/use-groups.ts'
import classes from './group-pane.module.css'
import { rowsOf, type TreeRow, toTree } from './group-tree.ts'
import { useTreeKeys } from './use-tree-keys.ts'

interface GroupPaneProps {
  /** The filter's group; with a slash at its end it includes the groups below. */
  group: string | undefined
  onGroup: (group: string | undefined) => void
}

/** The groups as a tree; a group shows its tasks and those below it. */
export function GroupPane({ group, onGroup }: GroupPaneProps) {
  const { t } = useTranslation()
  const groups = useGroups()
  const [isOpen, setOpen] = useState(false)
  if (groups.length === 0) return null
  return (
    <nav className={classes.groups} data-open={isOpen || undefined} aria-label={t('tasks.groups')}>
      <UnstyledButton className={classes.opener} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconFolder size={14} stroke={1.6} aria-hidden />
        <span className={classes.groupName}>{group?.replace(/^=|\/$/g, '') ?? t('tasks.allGroups')}</span>
        <IconChevronDown size={14} aria-hidden />
      </UnstyledButton>
      <UnstyledButton
        className={classes.all}
        aria-current={group === undefined || undefined}
        onClick={() => onGroup(undefined)}
      >
        {t('tasks.allGroups')}
      </UnstyledButton>
      <Tree group={group} onGroup={onGroup} />
    </nav>
  )
}

/** One stop of the Tab key: within it the arrows go from group to group. What is folded stays so. */
function Tree({ group, onGroup }: GroupPaneProps) {
  const { t } = useTranslation()
  const groups = useGroups()
  const tree = useMemo(() => toTree(groups), [groups])
  const { foldedGroups } = usePreferences()
  const rows = useMemo(() => rowsOf(tree, new Set(foldedGroups)), [tree, foldedGroups])

  function setFolded(name: string, isFolded: boolean): void {
    const others = foldedGroups.filter((other) => other !== name)
    setPreferences({ foldedGroups: isFolded ? [...others, name] : others })
  }

  const isChosen = ({ node }: TreeRow) => group === node.name || group === `${node.name}/`
  const choose = (row: TreeRow) => onGroup(isChosen(row) ? undefined : `${row.node.name}/`)
  const keys = useTreeKeys({ rows, first: Math.max(0, rows.findIndex(isChosen)), onFold: setFolded, onChoose: choose })
  return (
    <div role="tree" aria-label={t('tasks.groups')} ref={keys.tree} onKeyDown={keys.onKeyDown}>
      {rows.map((row, at) => (
        <Item
          key={row.node.name}
          row={row}
          isChosen={isChosen(row)}
          isOpen={isChosen(row) || group?.startsWith(`${row.node.name}/`) === true}
          isStop={at === keys.stop}
          onFocus={() => keys.setStop(at)}
          onChoose={() => choose(row)}
          onFold={(isFolded) => setFolded(row.node.name, isFolded)}
        />
      ))}
    </div>
  )
}

interface ItemProps {
  row: TreeRow
  isChosen: boolean
  /** The filter is in it. */
  isOpen: boolean
  /** The Tab key leads here. */
  isStop: boolean
  onFocus: () => void
  onChoose: () => void
  onFold: (isFolded: boolean) => void
}

const INDENT = 12

function Item({ row, isChosen, isOpen, isStop, onFocus, onChoose, onFold }: ItemProps) {
  const { node, level, place, siblings, isExpanded } = row
  const Icon = isOpen ? IconFolderOpen : IconFolder
  const Chevron = isExpanded ? IconChevronDown : IconChevronRight
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      role="treeitem"
      className={classes.group}
      style={{ paddingLeft: (level - 1) * INDENT }}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={isChosen}
      {...(isExpanded !== null && { 'aria-expanded': isExpanded })}
      title={node.name}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onChoose}
    >
      <span
        className={classes.fold}
        aria-hidden
        data-testid="fold"
        onClick={(event) => {
          if (isExpanded === null) return
          event.stopPropagation()
          onFold(isExpanded)
        }}
      >
        {isExpanded !== null && <Chevron size={13} stroke={1.8} />}
      </span>
      <Icon size={14} stroke={1.6} aria-hidden />
      <span className={classes.groupName}>{node.label}</span>
      <span className="numbers">{formatCount(node.total)}</span>
    </div>
  )
}
