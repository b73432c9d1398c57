import type { History, Verdict } from '@rota/testkit/chronocheck'

/** What happened, in a few lines for a person. */
export function summary(history: History, { findings, doubts }: Verdict): string {
  const count = <T>(items: readonly T[], keyOf: (item: T) => string) =>
    [...Map.groupBy(items, keyOf)].map(([key, { length }]) => `${key} ${length}`).join(', ')
  const starts = history.testimonies.filter(({ kind }) => kind === 'start')
  const lateness = starts
    .filter(({ attempt, fence, due }) => attempt === 1 && fence === 1 && due !== '')
    .map(({ at_ns, due }) => at_ns / 1e6 - Date.parse(due))
    .sort((a, b) => a - b)
  const at = (share: number) => `${Math.round(lateness[Math.floor((lateness.length - 1) * share)] ?? 0)} ms`
  return [
    '',
    `faults      ${history.faults.length}: ${count(history.faults, ({ what }) => what.replace(/[\d.-]+|and/g, '').trim())}`,
    `due         ${history.ledger.length} answers: ${count(history.ledger, ({ answer, reason }) => (reason === null ? answer : `${answer} (${reason})`))}`,
    `started     ${starts.length} by ${count(starts, ({ instance }) => `instance ${instance}`)}`,
    `lateness    of first attempts, faults included: p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`,
    `asked for   ${history.operations.length}: ${count(history.operations, ({ kind, outcome }) => `${kind} ${outcome}`)}`,
    `either way  ${Object.entries(doubts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
    `findings    ${findings.length === 0 ? 'none' : findings.length}`,
  ].join('\n')
}
