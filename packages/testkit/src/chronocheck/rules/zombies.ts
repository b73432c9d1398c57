import type { Finding } from '../history.ts'
import { iso, partedBy } from '../timeline.ts'
import type { Rule } from './rule.ts'

/** Time that a server has, back at work, to end what it was parted from: it must notice, and kill with grace. */
const NOTICED_WITHIN_MS = 20_000

/** An attempt that was given up does not start any more, and ends with the fault that parted it from its instance. */
export const zombies: Rule = ({ faults }, { attemptsOf }) => {
  const findings: Finding[] = []
  // Of several faults the one that is over last is what a server has to come back from.
  const lastFirst = faults.toSorted((a, b) => b.until - a.until)
  for (const [id, witnessed] of attemptsOf) {
    for (const attempt of witnessed) {
      const entitled = witnessed.find(({ fence, startedAt }) => fence > attempt.fence && startedAt < attempt.startedAt)
      if (entitled !== undefined) {
        const { task, instance, startedAt } = attempt
        const text = `instance ${instance} started ${id} at ${iso(startedAt)}, though another had been given it and had started it at ${iso(entitled.startedAt)}`
        findings.push({ verdict: 'zombie', task, text, at: startedAt })
      }
      const successor = witnessed.find(({ fence }) => fence > attempt.fence)
      if (successor === undefined || attempt.endedAt === null) continue
      const fault = partedBy(lastFirst, attempt.instance, attempt.startedAt, successor.startedAt)
      if (fault === undefined || attempt.endedAt <= fault.until + NOTICED_WITHIN_MS) continue
      const text = `${id} of ${iso(attempt.startedAt)} was given up, but it ran on until ${iso(attempt.endedAt)}, though ${fault.what} was over at ${iso(fault.until)}`
      findings.push({ verdict: 'zombie', task: attempt.task, text, at: attempt.endedAt })
    }
  }
  return findings
}
