import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { NodeLink } from '../../subjects/node/node-link.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import type { Placement } from './placement.ts'
import { useReasonWord } from './placement-words.ts'

type Judged = Placement['judged'][number]

/** The best of those that fit and the nearest of the others, each with its reason or its score. */
export function Candidates({ placement }: { placement: Placement }) {
  const { t } = useTranslation()
  const { judged, candidates } = placement
  return (
    <Panel
      title={t('where.candidates')}
      isFlush
      aside={
        judged.length < candidates && (
          <span style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
            {t('where.nearest', { shown: judged.length, all: candidates })}
          </span>
        )
      }
    >
      <ShortTable columns={useColumns(placement)} rows={judged} rowId={({ id }) => id} minWidth={560} />
    </Panel>
  )
}

function useColumns({ chosen }: Placement): ShortColumn<Judged>[] {
  const { t } = useTranslation()
  const reasonWord = useReasonWord()
  return [
    {
      id: 'node',
      header: t('where.node'),
      isRowHeader: true,
      cell: ({ id }) => (
        <span style={{ fontWeight: id === chosen ? 650 : 400 }}>
          <NodeLink nodeId={id}>{id}</NodeLink>
        </span>
      ),
    },
    {
      id: 'verdict',
      header: t('where.verdict'),
      cell: ({ id, reason, detail }) => {
        const Icon = reason === null ? IconCircleCheck : IconCircleX
        const word = id === chosen ? t('where.chosen') : reason === null ? t('where.fits') : reasonWord(reason)
        return (
          <span style={{ color: reason === null ? 'var(--success)' : 'var(--ink-dim)' }}>
            <Icon size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {word}
            {detail !== null && <span style={{ color: 'var(--ink-faint)' }}> · {detail}</span>}
          </span>
        )
      },
    },
    {
      id: 'score',
      header: t('where.score'),
      align: 'right',
      cell: ({ score }) => (score === null ? '' : score.toFixed(2)),
    },
    {
      id: 'scores',
      header: t('where.parts'),
      cell: ({ scores }) => (
        <span className="numbers" style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
          {Object.entries(scores ?? {})
            .map(([part, value]) => {
              const word = t(`where.scoreParts.${part as 'free'}`, { defaultValue: part })
              return `${word} ${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
            })
            .join('  ')}
        </span>
      ),
    },
  ]
}
