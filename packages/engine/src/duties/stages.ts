/** Where an execution stands in the hands of an instance. */
export type Stage =
  | 'held'
  | 'admitting'
  | 'withheld'
  | 'placing'
  | 'waiting'
  | 'reserved'
  | 'offered'
  | 'running'
  | 'gone'

interface StageFacts {
  /** For the reference: a sentence. */
  means: string
  /** Where it can be next; `gone` is reached from anywhere. */
  leads: readonly Stage[]
}

/** The stages of what is held, in the usual order, and the ways between them. */
export const STAGES: Readonly<Record<Stage, StageFacts>> = {
  held: {
    means: 'It is claimed, and its instant has not come.',
    leads: ['admitting', 'withheld', 'placing', 'waiting', 'reserved', 'offered', 'gone'],
  },
  admitting: {
    means: 'It is due, and the store is asked for its slots.',
    leads: ['held', 'withheld', 'placing', 'waiting', 'reserved', 'offered', 'gone'],
  },
  withheld: {
    means: 'Its task is being changed; what is left of it is not known yet.',
    leads: ['held', 'gone'],
  },
  placing: {
    means: 'It could start, and nodes are asked for room.',
    leads: ['withheld', 'waiting', 'reserved', 'gone'],
  },
  waiting: {
    means: 'It could start, and no place is free.',
    leads: ['withheld', 'placing', 'reserved', 'gone'],
  },
  reserved: {
    means: 'It has a place, and the store is being told that it starts.',
    leads: ['withheld', 'offered', 'gone'],
  },
  offered: {
    means: 'It is handed to whoever runs it, who has not answered.',
    leads: ['running', 'gone'],
  },
  running: {
    means: 'Its attempt has begun.',
    leads: ['gone'],
  },
  gone: {
    means: 'It is in other hands, or in nobody’s: it has ended, went back, or was taken over.',
    leads: [],
  },
}

/** Whether it counts as running: whoever has it may have begun. */
export function isUnderWay(stage: Stage): boolean {
  return stage === 'offered' || stage === 'running'
}
