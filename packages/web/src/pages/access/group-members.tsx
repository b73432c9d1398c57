import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useReload } from './access-queries.ts'
import { useSubjects } from './new-grant.tsx'

type Member = Schema<'UserGroupDetail'>['member_list'][number]

/** Who belongs to a user group; members join and leave at once. */
export function GroupMembers({ id }: { id: string }) {
  const { t } = useTranslation()
  const reload = useReload()
  const subjects = useSubjects()
  const [trouble, setTrouble] = useState<unknown>(null)
  const path = { params: { path: { id } } }
  const { data: group, error } = useQuery({
    queryKey: ['user-groups', id],
    queryFn: () => data(api.GET('/api/scheduler/user-groups/{id}', path)),
  })

  async function act(work: () => Promise<unknown>): Promise<void> {
    setTrouble(null)
    await work().catch(setTrouble)
    await reload()
  }

  const add = (chosen: string | null) => {
    const [kind, member = ''] = (chosen ?? '').split(/:(.*)/s)
    const body = { kind: kind === 'group' ? ('group' as const) : ('user' as const), id: member }
    if (chosen !== null) void act(() => api.POST('/api/scheduler/user-groups/{id}/members', { ...path, body }))
  }
  const remove = ({ kind, id: member }: Member) =>
    void act(() =>
      api.DELETE('/api/scheduler/user-groups/{id}/members/{kind}/{member}', { params: { path: { id, kind, member } } }),
    )
  const problem = trouble ?? error
  return (
    <Stack gap="md">
      <Select
        label={t('access.groups.join')}
        placeholder={t('access.groups.joinWho')}
        searchable
        data-autofocus
        data={subjects}
        value={null}
        onChange={add}
      />
      {problem !== null && <ProblemNotice error={problem} />}
      {group?.member_list.length === 0 && <Text c="dimmed">{t('access.groups.empty')}</Text>}
      {group?.member_list.map((member) => (
        <Group key={`${member.kind}${member.id}`} justify="space-between" wrap="nowrap">
          <Text>
            {member.name}
            {member.kind === 'group' && <Text span size="sm" c="dimmed">{` ${t('access.subjects.group')}`}</Text>}
          </Text>
          <Button variant="default" onClick={() => remove(member)}>
            {t('access.groups.leave')}
          </Button>
        </Group>
      ))}
    </Stack>
  )
}
