import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { explanationQuery } from '../../subjects/execution/execution-query.ts'
import { NodeLink } from '../../subjects/node/node-link.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Candidates } from './candidates.tsx'
import { type Placement, placementOf } from './placement.ts'
import { useReasonWord, useStrategyWord } from './placement-words.ts'

/** Why it runs where it runs, or on no node yet: who was looked at, what spoke against them, and what would help. */
export function Where({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const { data: explanation } = useQuery(explanationQuery(execution.id, execution.status))
  if (explanation === undefined) return null
  const placement = placementOf(explanation.facts)
  if (placement === null) {
    return (
      <Text c="dimmed" size="sm">
        {t('where.none')}
      </Text>
    )
  }
  return (
    <Stack gap="md">
      <Panel>
        <Verdict placement={placement} />
      </Panel>
      {placement.counterfactuals.length > 0 && <WhatWouldHelp placement={placement} />}
      {placement.judged.length > 0 && <Candidates placement={placement} />}
      {placement.attempts.length > 1 && <Tried placement={placement} />}
      {placement.steps.length > 0 && <Steps placement={placement} />}
    </Stack>
  )
}

function Verdict({ placement }: { placement: Placement }) {
  const { t } = useTranslation()
  const [reasonWord, strategyWord] = [useReasonWord(), useStrategyWord()]
  const { chosen, reason, strategy, candidates, fitting, viewAgeMs, turnedAway } = placement
  const facts = [
    {
      label: t('where.node'),
      value: chosen === null ? t('where.noNode') : <NodeLink nodeId={chosen}>{chosen}</NodeLink>,
    },
    { label: t('where.reason'), value: chosen === null && reason !== null ? reasonWord(reason) : null },
    { label: t('target.strategy'), value: strategy === null ? null : strategyWord(strategy) },
    { label: t('where.fitting'), value: t('where.fittingOf', { fitting, candidates }) },
    {
      label: t('where.turnedAway'),
      value:
        turnedAway.length === 0
          ? null
          : turnedAway.map(([code, nodes]) => (
              <div key={code}>
                {reasonWord(code)} · {nodes}
              </div>
            )),
    },
    { label: t('where.viewAge'), value: viewAgeMs === null ? null : formatDuration(viewAgeMs) },
  ]
  return <Facts facts={facts.filter(({ value }) => value !== null)} />
}

function WhatWouldHelp({ placement: { counterfactuals } }: { placement: Placement }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('where.wouldHelp')}>
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {counterfactuals.map(({ dropped, nodes }) => (
          <li key={dropped}>
            {t('where.without', {
              count: nodes,
              wish: t(`where.wishes.${dropped as 'pool'}`, { defaultValue: dropped }),
            })}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

type Attempt = Placement['attempts'][number]

/** Nodes that were asked for room before one gave it. */
function Tried({ placement: { attempts } }: { placement: Placement }) {
  const { t } = useTranslation()
  const reasonWord = useReasonWord()
  const columns: ShortColumn<Attempt>[] = [
    {
      id: 'node',
      header: t('where.node'),
      isRowHeader: true,
      cell: ({ node }) => <NodeLink nodeId={node}>{node}</NodeLink>,
    },
    { id: 'code', header: t('where.answer'), cell: ({ code }) => reasonWord(code) },
    { id: 'at', header: t('where.at'), cell: ({ at }) => <Instant at={at} style="absolute" hasMilliseconds /> },
  ]
  return (
    <Panel title={t('where.tried')} isFlush>
      <ShortTable columns={columns} rows={attempts} rowId={({ node, at }) => `${node}@${at}`} />
    </Panel>
  )
}

type Step = Placement['steps'][number]

/** From the look for a node to the end, each with how long after the one before. */
function Steps({ placement: { steps } }: { placement: Placement }) {
  const { t } = useTranslation()
  const before = (step: Step) => steps[steps.indexOf(step) - 1]
  const columns: ShortColumn<Step>[] = [
    {
      id: 'step',
      header: t('where.step'),
      isRowHeader: true,
      cell: ({ step }) => t(`where.steps.${step as 'ACKED'}`, { defaultValue: step }),
    },
    { id: 'at', header: t('where.at'), cell: ({ at }) => <Instant at={at} style="absolute" hasMilliseconds /> },
    {
      id: 'lag',
      header: t('where.lag'),
      align: 'right',
      cell: (step) => {
        const earlier = before(step)
        return earlier === undefined ? '' : `+${formatDuration(step.at - earlier.at)}`
      },
    },
  ]
  return (
    <Panel title={t('where.way')} isFlush>
      <ShortTable columns={columns} rows={steps} rowId={({ step, at }) => `${step}@${at}`} />
    </Panel>
  )
}
