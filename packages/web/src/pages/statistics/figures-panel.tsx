import { ActionIcon, Group, Skeleton, Tooltip } from '@mantine/core'
import { IconDownload, IconTable } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CsvCell, saveText, toCsv } from '../../format/csv.ts'
import { Panel } from '../../ui/panel.tsx'
import classes from './statistics.module.css'

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
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys too
        <section className={classes.table} aria-label={title} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map(({ header, isNumber }) => (
                  <th key={header} scope="col" data-number={isNumber || undefined}>
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={rowKey(row)}>
                  {columns.map(({ header, value, cell, isNumber }) => (
                    <td key={header} data-number={isNumber || undefined}>
                      {cell ? cell(row) : value(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  )
}
