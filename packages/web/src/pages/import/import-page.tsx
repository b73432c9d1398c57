import { Alert, Button, FileButton, Group, Progress, Text, Textarea } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type DragEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MY_ZONE } from '../../format/instant.ts'
import { useIdentity } from '../../ground/identity.ts'
import { faultsOf, problemBeside } from '../../ui/form/faults.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { ImportOptions, TYPED_FIELDS } from './import-options.tsx'
import classes from './import-page.module.css'
import { ReportRow } from './report-row.tsx'
import { type CrontabInput, type CrontabReport, useCrontabImport, useCrontabPreview } from './use-crontab.ts'

const EXAMPLE = `MAILTO=ops@example.com
# m h dom mon dow command
0 2 * * * /usr/bin/backup.sh
*/5 8-18 * * MON-FRI /usr/bin/poll.sh
`
/** Without a group a new task gets the usual one, and one that is known keeps what it has. */
const BLANK: CrontabInput = { text: '', timezone: MY_ZONE }

/** From a crontab to tasks: what each line becomes stands beside it, before anything is made. */
export function ImportPage() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [input, setInput] = useState<CrontabInput>(BLANK)
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set())
  const preview = useCrontabPreview(input)
  const work = useCrontabImport()
  const mayDelete = useIdentity()?.permissions.includes('delete')
  const report = input.text.trim() === '' ? undefined : preview.data
  const jobs = report?.lines.filter(({ task }) => task !== null) ?? []
  const chosen = jobs.filter(({ line }) => !left.has(line))
  const error = preview.error ?? work.error
  const problem = problemBeside(error, TYPED_FIELDS)
  const isOver = work.results.size > 0 && work.progress === null

  function change(changes: Partial<CrontabInput>): void {
    work.forget()
    setInput((now) => ({ ...now, ...changes }))
    if (changes.text !== undefined) setLeft(new Set())
  }

  async function take(file: File | null | undefined): Promise<void> {
    if (file) change({ text: await file.text(), source: file.name })
  }

  async function run(act: () => Promise<void>): Promise<void> {
    await act()
    await Promise.all(['tasks', 'crontab'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
  }

  function toggle(line: number): void {
    const next = new Set(left)
    if (!next.delete(line)) next.add(line)
    setLeft(next)
  }

  return (
    <div className={classes.page}>
      <PageHeader
        title={t('importPage.title')}
        actions={
          <>
            <FileButton onChange={(file) => void take(file)}>
              {(props) => (
                <Button {...props} variant="default" leftSection={<IconFileUpload size={14} aria-hidden />}>
                  {t('importPage.file')}
                </Button>
              )}
            </FileButton>
            {isOver && work.madeCount > 0 && mayDelete && (
              <Button variant="default" onClick={() => void run(work.takeBack)}>
                {t('importPage.takeBack', { count: work.madeCount })}
              </Button>
            )}
            {isOver ? (
              <Button renderRoot={(props) => <Link to="/tasks" {...props} />}>{t('importPage.toTasks')}</Button>
            ) : (
              <Button
                disabled={chosen.length === 0 || !preview.isCurrent}
                loading={work.progress !== null}
                onClick={() => void run(() => work.run(input, chosen))}
              >
                {t('importPage.act', { count: chosen.length })}
              </Button>
            )}
          </>
        }
      />
      <Source input={input} onText={(text) => change({ text })} onFile={(file) => void take(file)} />
      <ImportOptions input={input} onChange={change} faults={faultsOf(error)} />
      {problem !== null && <ProblemNotice error={problem} />}
      {work.progress !== null && (
        <Group gap="sm">
          <Progress
            style={{ flex: 1 }}
            value={(work.progress.done / work.progress.total) * 100}
            aria-label={t('bulk.progress', { ...work.progress })}
          />
          <Button variant="default" size="compact-xs" onClick={work.stop}>
            {t('bulk.stop')}
          </Button>
        </Group>
      )}
      {isOver && <Outcome results={[...work.results.values()].map(({ result }) => result)} />}
      {report && <Notes report={report} />}
      {report?.is_crontab && (
        <Panel isFlush>
          <table className={classes.report}>
            <caption className="visually-hidden">{t('importPage.report')}</caption>
            <thead>
              <tr>
                <th className={classes.narrow}>
                  <span className="visually-hidden">{t('importPage.chosen')}</span>
                </th>
                <th className={classes.narrow}>{t('importPage.line')}</th>
                <th>{t('importPage.source')}</th>
                <th>{t('importPage.becomes')}</th>
              </tr>
            </thead>
            <tbody>
              {report.lines.map((line) => (
                <ReportRow
                  key={line.line}
                  line={line}
                  result={work.results.get(line.line)}
                  isChosen={!left.has(line.line)}
                  onToggle={() => toggle(line.line)}
                  isLocked={isOver || work.progress !== null}
                />
              ))}
            </tbody>
          </table>
        </Panel>
      )}
    </div>
  )
}

interface SourceProps {
  input: CrontabInput
  onText: (text: string) => void
  onFile: (file: File | undefined) => void
}

/** Typed, pasted, or dropped anywhere on it. */
function Source({ input, onText, onFile }: SourceProps) {
  const { t } = useTranslation()
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  // A file that misses the field must not replace the page.
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent) => event.preventDefault()
    addEventListener('dragover', refuse)
    addEventListener('drop', refuse)
    return () => {
      removeEventListener('dragover', refuse)
      removeEventListener('drop', refuse)
    }
  }, [])
  return (
    <div className={classes.drop} data-over={isOver || undefined}>
      <Textarea
        label={t('importPage.paste')}
        description={input.source ? t('importPage.from', { source: input.source }) : t('importPage.pasteHint')}
        placeholder={EXAMPLE}
        autosize
        minRows={5}
        maxRows={12}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--rota-mono)' } }}
        value={input.text}
        onChange={(event) => onText(event.currentTarget.value)}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      />
    </div>
  )
}

function Notes({ report }: { report: CrontabReport }) {
  const { t } = useTranslation()
  if (!report.is_crontab) {
    return (
      <Alert color="red" variant="light" role="alert" title={t('importPage.notCrontab')}>
        {report.reason}
      </Alert>
    )
  }
  return (
    <div>
      <Text size="xs" c="dimmed">
        {t(`importPage.readAs.${report.format}`)} {report.ambiguous && t('importPage.ambiguous')}
      </Text>
      {report.notes.map((note) => (
        <Text size="xs" key={note} style={{ color: 'var(--late)' }}>
          {note}
        </Text>
      ))}
      {report.gone.length > 0 && (
        <Text size="xs" style={{ color: 'var(--late)' }}>
          {t('importPage.gone', { names: report.gone.map(({ name }) => name).join(t('importPage.comma')) })}
        </Text>
      )}
    </div>
  )
}

function Outcome({ results }: { results: readonly (string | null)[] }) {
  const { t } = useTranslation()
  const kinds = ['imported', 'replaced', 'renamed', 'unchanged', 'exists', 'refused'] as const
  const counts = kinds.map((kind) => [kind, results.filter((result) => result === kind).length] as const)
  return (
    <Alert color={results.includes('refused') ? 'yellow' : 'teal'} variant="light" role="status" p="xs">
      {counts
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => t(`importPage.counts.${kind}`, { count }))
        .join(t('importPage.comma'))}
    </Alert>
  )
}
