/** A list as rows by index, whatever its length and wherever it is read from. */
export interface Rows<Row> {
  total: number
  /** Undefined while it is on its way; it is drawn as a placeholder then. */
  rowAt: (index: number) => Row | undefined
  /** Told which rows are on screen. */
  onVisible?: (first: number, last: number) => void
  isLoading: boolean
  error: unknown
  refetch: () => void
  /** Where the past of a history begins that retention cuts. */
  beginsAt?: string | null | undefined
  /** How many answers retention took, where that is counted. */
  removed?: number | undefined
}
