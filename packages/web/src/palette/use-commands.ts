import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api, data } from '../api/client.ts'
import { useMay } from '../app/identity.ts'
import { changeLanguage, currentLanguage } from '../i18n/i18n.ts'
import { notifyProblem } from '../ui/notify.ts'

export interface Command {
  id: string
  group: 'pages' | 'actions' | 'tasks' | 'executions'
  title: string
  run: () => unknown
}

const MOST_TASKS = 8
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** What can be done for the words that were typed. */
export function useCommands(typed: string): Command[] {
  const { t } = useTranslation()
  const wanted = typed.trim().toLowerCase()
  const fixed = useFixedCommands().filter(({ title }) => title.toLowerCase().includes(wanted))
  const found = useFoundTasks(typed.trim())
  const navigate = useNavigate()
  const executionId = typed.trim()
  const execution: Command[] = UUID.test(executionId)
    ? [
        {
          id: 'execution',
          group: 'executions',
          title: t('palette.execution', { id: executionId }),
          run: () => navigate({ to: '/executions/$executionId', params: { executionId } }),
        },
      ]
    : []
  return [...execution, ...(wanted === '' ? [] : found), ...fixed]
}

function useFixedCommands(): Command[] {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const mayEdit = useMay('edit')
  const { setColorScheme } = useMantineColorScheme()
  const page = (
    to: '/' | '/tasks' | '/executions' | '/timeline' | '/statistics' | '/settings',
    title: string,
  ): Command => ({
    id: to,
    group: 'pages',
    title,
    run: () => navigate({ to }),
  })
  const other = currentLanguage() === 'zh' ? 'en' : 'zh'
  return [
    page('/', t('nav.overview')),
    page('/tasks', t('nav.tasks')),
    page('/executions', t('nav.executions')),
    page('/timeline', t('nav.timeline')),
    page('/statistics', t('nav.statistics')),
    page('/settings', t('nav.settings')),
    ...(['failed', 'running'] as const).map((status) => ({
      id: status,
      group: 'pages' as const,
      title: t(`palette.${status}`),
      run: () => navigate({ to: '/executions', search: { status } }),
    })),
    ...(mayEdit
      ? [
          {
            id: 'new',
            group: 'actions' as const,
            title: t('palette.newTask'),
            run: () => navigate({ to: '/tasks/new' }),
          },
          {
            id: 'import',
            group: 'actions' as const,
            title: t('palette.importTasks'),
            run: () => navigate({ to: '/tasks/import' }),
          },
        ]
      : []),
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
  const navigate = useNavigate()
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
      const { execution_id: executionId, phase } = await data(
        api.POST('/api/scheduler/tasks/{id}/run', { params: { path: { id } }, body: {} }),
      )
      notifications.show({ message: t(phase === 'queued' ? 'palette.queued' : 'palette.started', { name }) })
      await navigate({ to: '/executions/$executionId', params: { executionId } })
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
        run: () => navigate({ to: '/tasks/$taskId', params: { taskId: id } }),
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
