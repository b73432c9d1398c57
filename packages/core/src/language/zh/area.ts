/** What one area says in Chinese, by its English. */
export interface Area {
  /** By their templates. */
  sentences?: Readonly<Record<string, string>>
  /** They stand in the gaps of sentences: kinds of things, fields, units. */
  words?: Readonly<Record<string, string>>
  /** What the command says alone: headings, states, and all texts of its help. */
  labels?: Readonly<Record<string, string>>
}
