import type { Fault, FaultKind, Finding, History } from './history.ts'
import { examine, iso, type WitnessedAttempt } from './timeline.ts'

const LEFT = 230
const TOP = 64
const ROW_HEIGHT = 9
const LANE_GAP = 22
const PX_PER_SECOND = 12
const NARROWEST = 900
/** Beyond this browsers become slow; long runs are drawn closer together. */
const WIDEST = 12_000

const FAULT_COLOURS: Record<FaultKind, string> = {
  death: '#b42318',
  drain: '#667085',
  pause: '#b54708',
  network: '#6941c6',
  store: '#175cd3',
  hot: '#0e9384',
  clock: '#c11574',
  machine: '#98a2b3',
}
const MARKS = { success: '#12b76a', failed: '#f79009', lost: '#b54708', cancelled: '#98a2b3', other: '#667085' }

interface Lane {
  title: string
  top: number
  height: number
}

interface Canvas {
  x: (at: number) => number
  width: number
  lanes: Map<number, Lane>
  rowOf: Map<string, number>
  bottom: number
}

/**
 * A history as a picture (SVG): a lane for each instance with a row for each task, attempts as bars where they ran, due
 * instants that were skipped or merged as ticks on top, faults as bands, findings ringed and numbered as in the list.
 */
export function picture(told: History, findings: readonly Finding[]): string {
  const history = told.instances === 1 ? withOneInstance(told) : told
  const canvas = layOut(history)
  const { width, bottom } = canvas
  const parts = [
    ...axis(history, canvas),
    ...history.faults.flatMap((fault) => band(fault, canvas)),
    ...lanes(canvas),
    ...rowNames(canvas),
    ...unrun(history, canvas),
    ...bars(history, canvas),
    ...rings(findings, history, canvas),
    ...legend(),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${bottom + 40}" viewBox="0 0 ${width} ${bottom + 40}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

/** Who is alone needs no number. */
function withOneInstance(history: History): History {
  return { ...history, testimonies: history.testimonies.map((said) => ({ ...said, instance: 1 })) }
}

function layOut(history: History): Canvas {
  const instants = [
    ...history.tasks.flatMap((task) => task.definitions.map(({ since }) => since.from)),
    ...history.testimonies.map((said) => said.at_ns / 1e6),
    ...history.faults.flatMap(({ at, until }) => [at, until]),
  ]
  const from = instants.reduce((a, b) => Math.min(a, b), history.collectedAt) - 1_000
  const to = instants.reduce((a, b) => Math.max(a, b), from + 10_000) + 1_000
  const drawn = Math.min(WIDEST, Math.max(NARROWEST, ((to - from) / 1_000) * PX_PER_SECOND))
  const names = [...new Set([...history.tasks.map((task) => task.name)])]
  const rowOf = new Map(names.map((name, row) => [name, row]))
  const height = (names.length + 1) * ROW_HEIGHT
  const known = [...new Set(history.testimonies.map((said) => said.instance))]
  const numbers = [...new Set([...Array.from({ length: history.instances }, (_, i) => i + 1), ...known])].sort(
    (a, b) => a - b,
  )
  const titles = new Map<number, string>(numbers.map((n) => [n, n === 0 ? 'somebody' : `instance ${n}`]))
  const all: [number, string][] = [[-1, 'not run'], ...titles]
  const laneMap = new Map<number, Lane>()
  let top = TOP
  for (const [number, title] of all) {
    laneMap.set(number, { title, top, height })
    top += height + LANE_GAP
  }
  return {
    x: (at) => LEFT + ((at - from) / (to - from)) * drawn,
    width: LEFT + drawn + 40,
    lanes: laneMap,
    rowOf,
    bottom: top,
  }
}

function axis(history: History, { x, bottom, width }: Canvas): string[] {
  const parts: string[] = []
  const start = Math.min(...history.tasks.map((task) => task.definitions[0]?.since.from ?? history.collectedAt))
  const seconds = (history.collectedAt - start) / 1_000
  const step = [1, 5, 10, 30, 60, 300, 600].find((each) => x(start + each * 1_000) - x(start) >= 60) ?? 600
  for (let at = Math.ceil(start / 1_000 / step) * step * 1_000; at < start + seconds * 1_000; at += step * 1_000) {
    if (x(at) > width - 40) break
    parts.push(`<line x1="${px(x(at))}" x2="${px(x(at))}" y1="${TOP - 8}" y2="${bottom}" stroke="#eaecf0"/>`)
    parts.push(
      `<text x="${px(x(at))}" y="${TOP - 14}" text-anchor="middle" fill="#475467">${iso(at).slice(11, 19)}</text>`,
    )
  }
  return parts
}

function lanes({ lanes, width }: Canvas): string[] {
  return [...lanes.values()].flatMap(({ title, top, height }) => [
    `<rect x="${LEFT}" y="${top}" width="${px(width - LEFT - 40)}" height="${height}" fill="none" stroke="#d0d5dd"/>`,
    `<text x="10" y="${top + height / 2 + 4}" font-weight="600" font-size="13" fill="#101828">${title}</text>`,
  ])
}

function rowNames({ lanes, rowOf }: Canvas): string[] {
  return [...lanes.values()].flatMap(({ top }) =>
    [...rowOf].map(([name, row]) => {
      const y = top + (row + 1) * ROW_HEIGHT - 1.5
      return `<text x="${LEFT - 6}" y="${y}" text-anchor="end" font-size="8.5" fill="#475467">${asText(name)}</text>`
    }),
  )
}

function band(fault: Fault, { x, lanes }: Canvas): string[] {
  const [first] = lanes.values()
  const last = [...lanes.values()].at(-1)!
  const lane = fault.instance === null ? null : lanes.get(fault.instance)
  const top = lane?.top ?? first!.top
  const height = lane?.height ?? last.top + last.height - first!.top
  const width = Math.max(2, x(fault.until) - x(fault.at))
  const colour = FAULT_COLOURS[fault.kind]
  const words = `${fault.what}, ${iso(fault.at).slice(11, 23)} to ${iso(fault.until).slice(11, 23)}`
  return [
    `<g><title>${asText(words)}</title>`,
    `<rect x="${px(x(fault.at))}" y="${top}" width="${px(width)}" height="${height}" fill="${colour}" fill-opacity="0.13" stroke="${colour}" stroke-opacity="0.5"/>`,
    `<text x="${px(x(fault.at) + 2)}" y="${top - 3}" font-size="9" fill="${colour}">${asText(fault.what)}</text></g>`,
  ]
}

/** Due instants that no attempt answered: skipped, merged or missed. */
function unrun(history: History, { x, lanes, rowOf }: Canvas): string[] {
  const lane = lanes.get(-1)!
  const nameOf = new Map(history.tasks.map((task) => [task.id, task.name]))
  return history.ledger.flatMap(({ task_id, due_at, answer, reason, covers }) => {
    const row = rowOf.get(nameOf.get(task_id) ?? '')
    if (row === undefined || !['skipped', 'merged', 'missed'].includes(answer)) return []
    const from = x(Date.parse(covers?.from ?? due_at))
    const width = Math.max(2, x(Date.parse(covers?.to ?? due_at)) - from)
    const words = `${nameOf.get(task_id)} ${due_at}: ${answer}${reason === null ? '' : ` (${reason})`}${covers ? `, ${covers.count} instants` : ''}`
    return `<rect x="${px(from)}" y="${lane.top + row * ROW_HEIGHT + 2}" width="${px(width)}" height="${ROW_HEIGHT - 3}" fill="${MARKS.other}" fill-opacity="0.6"><title>${asText(words)}</title></rect>`
  })
}

function bars(history: History, { x, lanes, rowOf }: Canvas): string[] {
  const { attempts, executions } = examine(history)
  return attempts.map((attempt) => {
    const lane = lanes.get(attempt.instance)!
    const row = rowOf.get(attempt.task) ?? rowOf.size
    const from = x(attempt.startedAt)
    const width = Math.max(2.5, x(attempt.endedAt ?? attempt.startedAt) - from)
    const status = executions.get(attempt.execution)?.status ?? 'unknown'
    const colour = colourOf(attempt)
    const end = attempt.endedAt === null ? 'no end' : `${iso(attempt.endedAt).slice(11, 23)} code ${attempt.code}`
    const words = `${attempt.task} ${attempt.execution} attempt ${attempt.attempt} fence ${attempt.fence}: ${iso(attempt.startedAt).slice(11, 23)} to ${end}; ${status}`
    return `<rect x="${px(from)}" y="${lane.top + row * ROW_HEIGHT + 1}" width="${px(width)}" height="${ROW_HEIGHT - 2}" rx="1" fill="${colour}"><title>${asText(words)}</title></rect>`
  })
}

function colourOf({ endedAt, code }: WitnessedAttempt): string {
  if (endedAt === null) return MARKS.lost
  return code === 0 ? MARKS.success : MARKS.failed
}

function rings(findings: readonly Finding[], history: History, { x, lanes, rowOf, bottom }: Canvas): string[] {
  const { attempts } = examine(history)
  return findings.flatMap((finding, i) => {
    if (finding.at === null || !Number.isFinite(finding.at)) return []
    const attempt = attempts.find(({ task, startedAt }) => task === finding.task && startedAt === finding.at)
    const lane = lanes.get(attempt?.instance ?? -1) ?? lanes.get(-1)!
    const y = lane.top + (rowOf.get(finding.task) ?? rowOf.size) * ROW_HEIGHT + ROW_HEIGHT / 2
    const at = px(x(finding.at))
    return [
      `<g><title>${asText(`${finding.verdict}: ${finding.task}: ${finding.text}`)}</title>`,
      `<line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${bottom}" stroke="#f04438" stroke-dasharray="3 3"/>`,
      `<circle cx="${at}" cy="${y}" r="7" fill="none" stroke="#f04438" stroke-width="2"/>`,
      `<text x="${px(x(finding.at) + 9)}" y="${y + 4}" font-weight="700" fill="#f04438">${i + 1} ${finding.verdict}</text></g>`,
    ]
  })
}

function legend(): string[] {
  const entries: [string, string][] = [
    [MARKS.success, 'ended with 0'],
    [MARKS.failed, 'ended otherwise'],
    [MARKS.lost, 'never said its end'],
    [MARKS.other, 'not run: skipped, merged, missed'],
    ...Object.entries(FAULT_COLOURS).map(([kind, colour]): [string, string] => [colour, kind]),
    ['#f04438', 'finding'],
  ]
  let x = 10
  return entries.flatMap(([colour, words]) => {
    const at = x
    x += 26 + words.length * 6
    return [
      `<rect x="${at}" y="12" width="10" height="10" fill="${colour}"/>`,
      `<text x="${at + 14}" y="21" fill="#344054">${words}</text>`,
    ]
  })
}

const px = (value: number) => value.toFixed(1)

const asText = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
