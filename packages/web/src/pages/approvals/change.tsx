import { Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { Instant } from '../../ui/instant.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './change.module.css'
import { changedFields } from './changed-fields.ts'

type ChangeRequest = Schema<'ChangeRequest'>

/** One change: what it would do, who asks for it, and what may be done about it. */
export function Change({ change }: { change: ChangeRequest }) {
  const { t } = useTranslation()
  const { action, subject, name, state, group, reason, decided_by: by, decided_at: at } = change
  return (
    <Panel
      title={t(`approvals.actions.${action}`, { name, what: t(`approvals.subjects.${subject}`) })}
      aside={<Badge color={state === 'pending' ? 'yellow' : 'gray'}>{t(`approvals.states.${state}`)}</Badge>}
    >
      <Stack gap="sm">
        <Text size="sm" component="div">
          {t('approvals.by', { name: change.requested_by })} <Instant at={change.created_at} />
          {group !== null && ` · ${t('approvals.group', { name: group })}`}
        </Text>
        {at !== null && (
          <Text size="sm" component="div">
            {t('approvals.decided', { name: by ?? '' })} <Instant at={at} />
            {reason !== null && ` · ${reason}`}
          </Text>
        )}
        <Difference change={change} />
        {state === 'pending' && <Acts change={change} />}
      </Stack>
    </Panel>
  )
}

function Difference({ change }: { change: ChangeRequest }) {
  const { t } = useTranslation()
  const fields = changedFields(change.before, change.after)
  if (fields.length === 0) return <Text size="sm">{t('approvals.same')}</Text>
  return (
    <dl className={classes.fields}>
      {fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt className="mono">{field}</dt>
          <dd>
            {before !== null && <del className={classes.before}>{before}</del>}
            {after !== null && <ins className={classes.after}>{after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

type Verb = 'approve' | 'reject' | 'withdraw'

function Acts({ change: { id, may_decide, is_own } }: { change: ChangeRequest }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState<Verb | null>(null)

  async function act(verb: Verb): Promise<void> {
    setBusy(verb)
    setError(null)
    const body = reason.trim() === '' ? {} : { reason: reason.trim() }
    const params = { path: { id } }
    try {
      if (verb === 'approve') await api.POST('/api/scheduler/approvals/{id}/approve', { params, body })
      else if (verb === 'withdraw') await api.POST('/api/scheduler/approvals/{id}/withdraw', { params, body })
      else await api.POST('/api/scheduler/approvals/{id}/reject', { params, body: { reason: reason.trim() } })
      notifications.show({ message: t(`approvals.done.${verb}`) })
      await client.invalidateQueries({ queryKey: ['approvals'] })
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(null)
    }
  }

  if (!may_decide && !is_own) return null
  return (
    <Stack gap="sm">
      {may_decide && (
        <Textarea
          label={t('approvals.reason')}
          description={t('approvals.reasonNote')}
          autosize
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {error !== null && <ProblemNotice error={error} />}
      <Group justify="flex-end">
        {is_own && (
          <>
            <Text size="sm" c="dimmed">
              {t('approvals.own')}
            </Text>
            <Button variant="default" loading={busy === 'withdraw'} onClick={() => void act('withdraw')}>
              {t('approvals.withdraw')}
            </Button>
          </>
        )}
        {may_decide && (
          <>
            <Button
              variant="default"
              loading={busy === 'reject'}
              disabled={reason.trim() === ''}
              onClick={() => void act('reject')}
            >
              {t('approvals.reject')}
            </Button>
            <Button loading={busy === 'approve'} onClick={() => void act('approve')}>
              {t('approvals.approve')}
            </Button>
          </>
        )}
      </Group>
    </Stack>
  )
}
