import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type LinkProps, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../api/client.ts'
import type { Permission } from '../api/types.ts'
import { useIdentity, useMay } from '../ground/identity.ts'
import { type Kind, mayDo } from '../ground/may.ts'
import { changeLanguage, currentLanguage } from '../i18n/i18n.ts'
import type { PlaceWord } from '../i18n/words.ts'
import { useOpenExecution } from '../subjects/execution/use-open-execution.ts'
import { runTask } from '../subjects/task/run-task.ts'
import { useOpenTask } from '../subjects/task/use-open-task.ts'
import { notifyProblem } from '../ui/notify.ts'

export interface Command {
  id: string
  group: 'pages' | 'actions' | 'tasks' | 'executions'
  title: string
  run: () => unknown
}

/** Where one can go by name. */
export interface PalettePlace {
  path: NonNullable<LinkProps['to']>
  section: 'when' | 'where' | 'manage' | 'act'
  word: PlaceWord
  may: Permission
  on?: Kind
}

const MOST_TASKS = 8
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What can be done for the words that were typed. */
export function useCommands(typed: string, places: readonly PalettePlace[]): Command[] {
  const { t } = useTranslation()
  const wanted = typed.trim().toLowerCase()
  const fixed = [...usePlaceCommands(places), ...useFixedCommands()].filter(({ title }) =>
    title.toLowerCase().includes(wanted),
  )
  const found = useFoundTasks(typed.trim())
  const openExecution = useOpenExecution()
  const executionId = typed.trim()
  const execution: Command[] = UUID.test(executionId)
    ? [
        {
          id: 'execution',
          group: 'executions',
          title: t('palette.execution', { id: executionId }),
          run: () => openExecution(executionId),
        },
      ]
    : []
  return [...execution, ...(wanted === '' ? [] : found), ...fixed]
}

/** Every page, and what is done on a page of its own. */
function usePlaceCommands(places: readonly PalettePlace[]): Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const identity = useIdentity()
  return places
    .filter(({ may, on = 'task' }) => identity !== undefined && mayDo(identity, may, on))
    .map(({ path, word, section }) => ({
      id: path,
      group: section === 'act' ? 'actions' : 'pages',
      title: t(word),
      run: () => navigate({ to: path }),
    }))
}

function useFixedCommands(): Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const other = currentLanguage() === 'zh' ? 'en' : 'zh'
  return [
    ...(['failed', 'running'] as const).map((status) => ({
      id: status,
      group: 'pages' as const,
      title: t(`palette.${status}`),
      run: () => navigate({ to: '/executions', search: { status } }),
    })),
    ...(['dark', 'light'] as const).map((scheme) => ({
      id: scheme,
      group: 'actions' as const,
      title: t(`palette.${scheme}`),
      run: () => setColorScheme(scheme),
    })),
    {
      id: 'language',
      group: 'actions',
      title: t(other === 'zh' ? 'palette.chinese' : 'palette.english'),
      run: () => changeLanguage(other),
    },
  ]
}

/** Tasks by name, each to open and, for who may, to run. */
function useFoundTasks(typed: string): Command[] {
  const { t } = useTranslation()
  const openExecution = useOpenExecution()
  const openTask = useOpenTask()
  const mayExecute = useMay('execute')
  const [q] = useDebouncedValue(typed, 150)
  const { data: list } = useQuery({
    queryKey: ['tasks', 'palette', q],
    enabled: q !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      data(api.GET('/api/scheduler/tasks', { params: { query: { q, limit: MOST_TASKS } }, signal })),
  })

  async function runNow(id: string, name: string): Promise<void> {
    try {
      const { execution_id: executionId, phase } = await runTask(id)
      notifications.show({ message: t(phase === 'queued' ? 'palette.queued' : 'palette.started', { name }) })
      openExecution(executionId)
    } catch (error) {
      notifyProblem(error)
    }
  }

  const tasks = list?.tasks ?? []
  return [
    ...tasks.map(
      ({ id, name }): Command => ({
        id: `open-${id}`,
        group: 'tasks',
        title: t('palette.open', { name }),
        run: () => openTask(id),
      }),
    ),
    ...(mayExecute
      ? tasks.slice(0, 3).map(
          ({ id, name }): Command => ({
            id: `run-${id}`,
            group: 'actions',
            title: t('palette.run', { name }),
            run: () => runNow(id, name),
          }),
        )
      : []),
  ]
}
