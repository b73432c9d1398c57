import { Autocomplete, SegmentedControl, Select, TagsInput, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { CHOICES } from '../../api/task-fields.generated.ts'
import { useMay } from '../../ground/identity.ts'
import { nodesQuery } from '../../subjects/node/node-queries.ts'
import { useOffers } from '../../subjects/node/use-offers.ts'
import { capabilityOf, selectorText, type Target } from '../../subjects/task/target.ts'
import { FaultText } from '../../ui/form/fault-text.tsx'
import { useEditor } from './editor-context.ts'
import { NumberField } from './field-controls.tsx'
import classes from './task-editor.module.css'

const MONO = { input: { fontFamily: 'var(--rota-mono)' } }

/** The target being written, and how its members are set. */
function useTarget() {
  const { document, set, faultAt } = useEditor()
  const target: Target = document.target ?? { kind: 'local' }
  const fault = (member: string) => {
    const found = faultAt(`target.${member}`)
    return found && <FaultText fault={found} onUse={(suggestion) => set(`target.${member}`, suggestion)} />
  }
  return { target, fault, set: (member: string, value: unknown) => set(`target.${member}`, value), replace: set }
}

/** Where it runs: on the server, or on nodes, and which. */
export function WhereSection() {
  const { t } = useTranslation()
  const { target, replace } = useTarget()
  return (
    <div className={classes.grid}>
      <div style={{ gridColumn: '1 / -1' }}>
        <SegmentedControl
          aria-label={t('editor.sections.where')}
          data={(['local', 'node'] as const).map((value) => ({ value, label: t(`target.kinds.${value}`) }))}
          value={target.kind}
          onChange={(kind) => replace('target', kind === 'local' ? null : { kind })}
        />
        <Text className={classes.hint}>{t(`target.kindHints.${target.kind}`)}</Text>
      </div>
      {target.kind === 'node' && (
        <>
          <WhichNodes />
          <HowPicked />
          <HowOften />
        </>
      )}
    </div>
  )
}

function WhichNodes() {
  const { t } = useTranslation()
  const { target, fault, set } = useTarget()
  const offers = useOffers()
  return (
    <>
      <Autocomplete
        label={t('target.pool')}
        description={t('target.poolHint')}
        data={[...offers.pools]}
        value={target.pool ?? ''}
        error={fault('pool')}
        onChange={(pool) => set('pool', pool)}
      />
      <TextInput
        label={t('nodes.selector')}
        description={t('nodes.selectorNote')}
        placeholder="zone=a, disk in (ssd, nvme)"
        styles={MONO}
        value={selectorText(target.selector)}
        error={fault('selector')}
        onChange={(event) => set('selector', event.currentTarget.value)}
      />
      <CapabilityFields />
      <Autocomplete
        label={t('target.node')}
        description={t('target.nodeHint')}
        data={offers.nodes.map(({ value }) => value)}
        value={target.node_id ?? ''}
        error={fault('node_id')}
        onChange={(id) => set('node_id', id)}
      />
      <Matching target={target} />
    </>
  )
}

function CapabilityFields() {
  const { t } = useTranslation()
  const { target, fault, set } = useTarget()
  const offers = useOffers()
  const asked = capabilityOf(target)

  /** Without a service nothing else can be asked of it. */
  function change(changes: Partial<typeof asked>): void {
    const { service, languages, model } = { ...asked, ...changes }
    const whole = { service, ...(languages.length > 0 && { languages }), ...(model !== '' && { model }) }
    set('capability', service === '' ? null : whole)
  }

  return (
    <>
      <Autocomplete
        label={t('target.service')}
        description={t('target.serviceHint')}
        data={[...offers.services]}
        value={asked.service}
        error={fault('capability')}
        onChange={(service) => change({ service })}
      />
      {asked.service !== '' && (
        <>
          <TagsInput
            label={t('target.languages')}
            description={t('target.languagesHint')}
            data={[...offers.languages]}
            value={asked.languages}
            onChange={(languages) => change({ languages })}
          />
          <Autocomplete
            label={t('target.model')}
            description={t('target.modelHint')}
            data={[...offers.models]}
            value={asked.model}
            onChange={(model) => change({ model })}
          />
        </>
      )}
    </>
  )
}

/** How many nodes are where it asks for, so that a slip of the pen is seen before anything waits for it. */
function Matching({ target: { pool, selector, node_id: nodeId } }: { target: Target }) {
  const { t } = useTranslation()
  const maySee = useMay('view', 'node')
  const text = selectorText(selector)
  const filter = { ...(pool !== undefined && { pool }), ...(text !== '' && { selector: text }) }
  const { data: list } = useQuery({ ...nodesQuery(filter), enabled: maySee, retry: false })
  if (list === undefined) return null
  const matching = list.nodes.filter(({ id }) => nodeId === undefined || id === nodeId)
  const ready = matching.filter(({ status }) => status === 'ready' || status === 'degraded').length
  return (
    <Text
      size="sm"
      role="status"
      style={{ gridColumn: '1 / -1' }}
      c={matching.length === 0 ? 'var(--late)' : 'var(--ink-dim)'}
    >
      {matching.length === 0
        ? t('target.noneMatches')
        : t('target.matching', { count: matching.length, ready, total: matching.length })}
    </Text>
  )
}

function HowPicked() {
  const { t } = useTranslation()
  const { target, fault, set } = useTarget()
  const strategy = target.strategy ?? 'random'
  const onLost = target.on_lost ?? 'restart'
  return (
    <>
      <Select
        label={t('target.strategy')}
        description={t(`target.strategyHints.${strategy}`)}
        allowDeselect={false}
        data={CHOICES['target.strategy'].map((value) => ({ value, label: t(`target.strategies.${value}`) }))}
        value={strategy}
        error={fault('strategy')}
        onChange={(value) => set('strategy', value === 'random' ? null : value)}
      />
      <Select
        label={t('target.onLost')}
        description={t(`target.onLostHints.${onLost}`)}
        allowDeselect={false}
        data={CHOICES['target.on_lost'].map((value) => ({ value, label: t(`target.onLosts.${value}`) }))}
        value={onLost}
        error={fault('on_lost')}
        onChange={(value) => set('on_lost', value === 'restart' ? null : value)}
      />
      <NumberField
        path="target.queue_timeout_seconds"
        label={t('target.queueTimeout')}
        description={t('target.queueTimeoutHint')}
        unit={t('editor.seconds')}
      />
    </>
  )
}

const WAYS = ['once', 'broadcast', 'shards'] as const

/** On one of the nodes, on each of them, or in parts. */
function HowOften() {
  const { t } = useTranslation()
  const { target, replace } = useTarget()
  const way = target.broadcast !== undefined ? 'broadcast' : target.shards !== undefined ? 'shards' : 'once'
  const { broadcast: _all, shards: _parts, ...rest } = target
  const BEGUN = { once: {}, broadcast: { broadcast: {} }, shards: { shards: 2 } } as const
  return (
    <>
      <div style={{ gridColumn: '1 / -1' }}>
        <div className={classes.label}>{t('target.way')}</div>
        <SegmentedControl
          aria-label={t('target.way')}
          data={WAYS.map((value) => ({ value, label: t(`target.ways.${value}`) }))}
          value={way}
          onChange={(next) => replace('target', { ...rest, ...BEGUN[next as (typeof WAYS)[number]] })}
        />
        <Text className={classes.hint}>{t(`target.wayHints.${way}`)}</Text>
      </div>
      {way === 'broadcast' && (
        <>
          <NumberField
            path="target.broadcast.at_once"
            label={t('target.atOnce')}
            description={t('target.atOnceHint')}
          />
          <NumberField
            path="target.broadcast.stop_after"
            label={t('target.stopAfter')}
            description={t('target.stopAfterHint')}
          />
        </>
      )}
      {way === 'shards' && <NumberField path="target.shards" label={t('target.shards')} />}
    </>
  )
}
