import { ActionIcon, Group, Skeleton, Tooltip } from '@mantine/core'
import { IconDownload, IconTable } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CsvCell, saveText, toCsv } from '../../format/csv.ts'
import { type ScrollColumn, ScrollTable } from '../list/scroll-table.tsx'
import { Panel } from '../panel.tsx'
import classes from './figures-panel.module.css'

export interface FigureColumn<Row> {
  header: string
  /** As it stands in the exported file: plain numbers, no units. */
  value: (row: Row) => CsvCell
  /** As it is shown; default: the value. */
  cell?: (row: Row) => ReactNode
  isNumber?: boolean
}

interface FiguresPanelProps<Row> {
  title: string
  /** Of the exported file, without its ending. */
  file: string
  columns: readonly FigureColumn<Row>[]
  /** Undefined while they are on their way. */
  rows: readonly Row[] | undefined
  rowKey: (row: Row) => string
  /** Shown in place of the table until one asks for it; without a chart the table stands there. */
  chart?: ReactNode
}

/** Figures as a chart, as a table and as a file: the same rows. */
export function FiguresPanel<Row>({ title, file, columns, rows, rowKey, chart }: FiguresPanelProps<Row>) {
  const { t } = useTranslation()
  const [hasTable, setTable] = useState(false)
  const save = () => {
    const cells = (rows ?? []).map((row) => columns.map(({ value }) => value(row)))
    saveText(
      `${file}.csv`,
      toCsv(
        columns.map(({ header }) => header),
        cells,
      ),
    )
  }
  return (
    <Panel
      title={title}
      isFlush
      aside={
        <Group gap={2} wrap="nowrap">
          {chart !== undefined && (
            <Tooltip label={t(hasTable ? 'statistics.asChart' : 'statistics.asTable')}>
              <ActionIcon
                aria-label={`${t('statistics.asTable')}: ${title}`}
                aria-pressed={hasTable}
                onClick={() => setTable((now) => !now)}
              >
                <IconTable size={16} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label={t('statistics.export')}>
            <ActionIcon aria-label={`${t('statistics.export')}: ${title}`} disabled={!rows?.length} onClick={save}>
              <IconDownload size={16} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        </Group>
      }
    >
      {rows === undefined ? (
        <div className={classes.chart}>
          <Skeleton height={220} />
        </div>
      ) : rows.length === 0 ? (
        <div className={classes.nothing}>{t('statistics.nothing')}</div>
      ) : chart !== undefined && !hasTable ? (
        <div className={classes.chart}>{chart}</div>
      ) : (
        <ScrollTable label={title} columns={columns.map(readable)} rows={rows} rowId={rowKey} />
      )}
    </Panel>
  )
}

function readable<Row>({ header, value, cell = value, isNumber }: FigureColumn<Row>): ScrollColumn<Row> {
  return { id: header, header, cell, ...(isNumber && { align: 'right' }) }
}
