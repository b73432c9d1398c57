import { UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconFolder, IconFolderOpen } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { useGroups } from '../../subjects/task/use-groups.ts'
import classes from './group-pane.module.css'
import { type GroupNode, toTree } from './group-tree.ts'

interface GroupPaneProps {
  /** The filter's group; with a slash at its end it includes the groups below. */
  group: string | undefined
  onGroup: (group: string | undefined) => void
}

/** The groups as a tree; a group shows its tasks and those below it. */
export function GroupPane({ group, onGroup }: GroupPaneProps) {
  const { t } = useTranslation()
  const groups = useGroups()
  const tree = useMemo(() => toTree(groups), [groups])
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
        className={classes.group}
        aria-current={group === undefined || undefined}
        onClick={() => onGroup(undefined)}
      >
        {t('tasks.allGroups')}
      </UnstyledButton>
      <Level nodes={tree} group={group} onGroup={onGroup} depth={0} />
    </nav>
  )
}

interface LevelProps extends GroupPaneProps {
  nodes: readonly GroupNode[]
  depth: number
}

function Level({ nodes, group, onGroup, depth }: LevelProps) {
  return (
    <ul className={classes.level}>
      {nodes.map((node) => {
        const key = `${node.name}/`
        const isCurrent = group === key || group === node.name
        const Icon = isCurrent || group?.startsWith(key) ? IconFolderOpen : IconFolder
        return (
          <li key={node.name}>
            <UnstyledButton
              className={classes.group}
              style={{ paddingLeft: 8 + depth * 14 }}
              aria-current={isCurrent || undefined}
              title={node.name}
              onClick={() => onGroup(isCurrent ? undefined : key)}
            >
              <Icon size={14} stroke={1.6} aria-hidden />
              <span className={classes.groupName}>{node.label}</span>
              <span className="numbers">{formatCount(node.total)}</span>
            </UnstyledButton>
            {node.children.length > 0 && (
              <Level nodes={node.children} group={group} onGroup={onGroup} depth={depth + 1} />
            )}
          </li>
        )
      })}
    </ul>
  )
}
