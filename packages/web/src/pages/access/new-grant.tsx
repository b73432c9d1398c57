import { Autocomplete, Button, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { instantOfWall } from '../../format/wall-clock.ts'
import { useZone } from '../../ground/zone.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useRoles, useRoleWord, useUserGroups, useUsers } from './access-queries.ts'
import { UntilInput } from './prolong-grant.tsx'

interface NewGrantProps {
  isOpen: boolean
  onClose: () => void
}

/** Gives a role to somebody, everywhere or in one place. */
export function NewGrant({ isOpen, onClose }: NewGrantProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('access.grants.add')}>
      <GrantForm onDone={onClose} />
    </Modal>
  )
}

/** Others are for the command and the API. */
const MOST_TOKENS = 200

const PLACES = ['global', 'group', 'task'] as const
type PlaceKind = (typeof PLACES)[number]

/** The paths of its values are those that the API has for them. */
const BLANK = { 'subject.id': '', role: 'viewer', 'scope.kind': 'group' as PlaceKind, 'scope.id': '', expires_at: '' }

function GrantForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const subjects = [...useSubjects(), useTokenSubjects()]
  const zone = useZone()
  const [roles, roleWord] = [useRoles().data?.roles ?? [], useRoleWord()]
  const form = useForm(BLANK, async (values) => {
    const [kind, id = ''] = values['subject.id'].split(/:(.*)/s)
    const place = values['scope.kind']
    const scope = { kind: place, id: place === 'global' ? null : values['scope.id'] }
    const subject = { kind: kindOf(kind), id }
    const expires_at = instantOfWall(values.expires_at, zone)
    await api.POST('/api/scheduler/grants', { body: { subject, role: values.role, scope, expires_at } })
    notifications.show({ message: t('access.grants.added') })
    onDone()
  })
  const { onChange: setSubject, ...subject } = form.field('subject.id')
  const { onChange: setRole, ...role } = form.field('role')
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <Select
          label={t('access.grants.subject')}
          required
          searchable
          data-autofocus
          description={subject.value.startsWith('token:') ? t('access.grants.tokenNote') : undefined}
          data={subjects}
          {...subject}
          onChange={(value) => setSubject(value ?? '')}
        />
        <Select
          label={t('access.grants.role')}
          allowDeselect={false}
          data={roles.map(({ name }) => ({ value: name, label: roleWord(name) }))}
          {...role}
          onChange={(value) => setRole(value ?? 'viewer')}
        />
        <PlaceFields form={form} />
        <UntilInput {...form.text('expires_at')} />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('access.grants.add')}
        </Button>
      </Stack>
    </form>
  )
}

function PlaceFields({ form }: { form: ReturnType<typeof useForm<typeof BLANK>> }) {
  const { t } = useTranslation()
  const groups = useQuery({ queryKey: ['groups'], queryFn: () => data(api.GET('/api/scheduler/groups')) }).data?.groups
  const kind = form.values['scope.kind']
  return (
    <>
      <SegmentedControl
        aria-label={t('access.grants.place')}
        value={kind}
        onChange={(value) => form.set('scope.kind', value as PlaceKind)}
        data={PLACES.map((each) => ({ value: each, label: t(`access.places.${each}`) }))}
      />
      {kind === 'group' && (
        <Autocomplete
          label={t('access.grants.group')}
          description={t('access.grants.groupNote')}
          required
          data={[...new Set((groups ?? []).flatMap(({ name }) => name ?? []))]}
          {...form.field('scope.id')}
        />
      )}
      {kind === 'task' && (
        <TextInput
          label={t('access.grants.task')}
          description={t('access.grants.taskNote')}
          required
          {...form.text('scope.id')}
        />
      )}
    </>
  )
}

const SUBJECT_KINDS = ['user', 'group', 'token'] as const
const kindOf = (word = ''): (typeof SUBJECT_KINDS)[number] => SUBJECT_KINDS.find((each) => each === word) ?? 'user'

/** API tokens in use, which hold nothing but what is granted to them, once something is. */
function useTokenSubjects() {
  const { t } = useTranslation()
  const { data: list } = useQuery({
    queryKey: ['tokens', true],
    queryFn: () => data(api.GET('/api/scheduler/tokens', { params: { query: { limit: MOST_TOKENS, all: true } } })),
  })
  const used = (list?.tokens ?? []).filter(({ revoked_at }) => revoked_at === null)
  const items = used.map(({ id, name, owner }) => ({ value: `token:${id}`, label: `${name} (${owner})` }))
  return { group: t('access.grants.tokens'), items }
}

/** Users and user groups under one roof; the value says which it is. */
export function useSubjects() {
  const { t } = useTranslation()
  const [users, groups] = [useUsers().data?.users ?? [], useUserGroups().data?.user_groups ?? []]
  return [
    {
      group: t('access.tabs.users'),
      items: users.map(({ id, username }) => ({ value: `user:${id}`, label: username })),
    },
    { group: t('access.tabs.groups'), items: groups.map(({ id, name }) => ({ value: `group:${id}`, label: name })) },
  ]
}
