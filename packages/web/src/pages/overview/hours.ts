export const HOUR_MS = 3_600_000
const COUNT = 24

interface Hour<Point> {
  /** Its beginning, epoch ms. */
  at: number
  /** Undefined where the API leaves an empty hour out. */
  point: Point | undefined
}

/** The first of the last 24 hours, the one that runs included; hours since 1970. */
export const firstHour = (hour: number): number => hour - COUNT + 1

/** The last 24 hours, the one that runs (`hour`: hours since 1970) included, with the point of each. */
export function byHour<Point extends { at: string }>(hour: number, points: readonly Point[]): Hour<Point>[] {
  const found = new Map(points.map((point) => [Math.floor(Date.parse(point.at) / HOUR_MS), point]))
  return Array.from({ length: COUNT }, (_, at) => {
    const number = firstHour(hour) + at
    return { at: number * HOUR_MS, point: found.get(number) }
  })
}
