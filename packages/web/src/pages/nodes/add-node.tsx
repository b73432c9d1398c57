import { Button, Loader, Modal, NumberInput, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { NodeBadge } from '../../subjects/node/node-badge.tsx'
import { NodeLink } from '../../subjects/node/node-link.tsx'
import { nodesQuery, poolsQuery } from '../../subjects/node/node-queries.ts'
import { useForm } from '../../ui/form/use-form.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import classes from './nodes.module.css'

type Made = Schema<'NewJoinToken'>

interface AddNodeProps {
  isOpen: boolean
  onClose: () => void
}

/** Makes what a node joins with, gives the command to paste there, and says when it has come. */
export function AddNode({ isOpen, onClose }: AddNodeProps) {
  const { t } = useTranslation()
  const [made, setMade] = useState<Made | null>(null)

  function close(): void {
    setMade(null)
    onClose()
  }

  return (
    <Modal opened={isOpen} onClose={close} title={t('nodes.add')} size="lg">
      {made === null ? (
        <JoinForm onMade={setMade} />
      ) : (
        <Stack gap="md">
          <ShownOnce value={commandOf(made)} onClose={close}>
            {t('nodes.joins.made')}
          </ShownOnce>
          <ol className={classes.steps}>
            <li>{t('nodes.joins.stepNode')}</li>
            <li>{t('nodes.joins.stepPaste')}</li>
            <li>{t('nodes.joins.stepService')}</li>
          </ol>
          <Joined since={made.created_at} />
        </Stack>
      )}
    </Modal>
  )
}

/** As a shell takes it; ids, names of pools and labels need no quotes beyond these. */
function commandOf({ token }: Made): string {
  return `rota agent --server ${window.location.origin} --token ${token}`
}

const BLANK = { name: '', pools: [] as string[], labels: [] as string[], uses: 1 as number | string, hours: 1 }
const HOUR_SECONDS = 3_600

function JoinForm({ onMade }: { onMade: (made: Made) => void }) {
  const { t } = useTranslation()
  const pools = useQuery(poolsQuery).data?.pools ?? []
  const form = useForm(BLANK, async ({ name, uses, hours, ...values }) => {
    const body = {
      ...(name.trim() !== '' && { name }),
      pools: values.pools,
      labels: labelsOf(values.labels),
      uses: typeof uses === 'number' ? uses : null,
      expires_in_seconds: hours * HOUR_SECONDS,
    }
    onMade(await data(api.POST('/api/scheduler/nodes/join-tokens', { body })))
  })
  const { onChange: setHours, ...hours } = form.field('hours')
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('nodes.joins.formIntro')}
        </Text>
        <TextInput
          label={t('nodes.joins.name')}
          description={t('nodes.joins.nameNote')}
          data-autofocus
          {...form.text('name')}
        />
        <TagsInput
          label={t('nodes.columns.pools')}
          description={t('nodes.joins.poolsNote')}
          data={pools.map(({ name }) => name)}
          {...form.field('pools')}
        />
        <TagsInput
          label={t('nodes.columns.labels')}
          description={t('nodes.joins.labelsNote')}
          placeholder="zone=a"
          {...form.field('labels')}
        />
        <NumberInput
          label={t('nodes.joins.uses')}
          description={t('nodes.joins.usesNote')}
          min={1}
          max={100_000}
          {...form.field('uses')}
        />
        <NumberInput
          label={t('nodes.joins.hours')}
          min={1}
          max={8_784}
          {...hours}
          onChange={(value) => setHours(Number(value) || 1)}
        />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('nodes.joins.make')}
        </Button>
      </Stack>
    </form>
  )
}

/** `zone=a` as the API takes it; a label without a value has an empty one. */
function labelsOf(typed: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    typed.map((label) => {
      const at = label.indexOf('=')
      return at < 0 ? [label.trim(), ''] : [label.slice(0, at).trim(), label.slice(at + 1).trim()]
    }),
  )
}

/** The nodes that have come since; the list is read anew when one does. */
function Joined({ since }: { since: string }) {
  const { t } = useTranslation()
  const nodes = useQuery(nodesQuery()).data?.nodes ?? []
  const come = nodes.filter(({ registered_at }) => Date.parse(registered_at) >= Date.parse(since))
  return (
    <div role="status">
      {come.length === 0 ? (
        <span className={classes.waiting}>
          <Loader size="xs" aria-hidden />
          {t('nodes.joins.waiting')}
        </span>
      ) : (
        come.map(({ id, name, status, status_reason }) => (
          <div key={id} className={classes.waiting}>
            <NodeBadge status={status} reason={status_reason} />
            <NodeLink nodeId={id}>{t('nodes.joins.joined', { name })}</NodeLink>
          </div>
        ))
      )}
    </div>
  )
}
