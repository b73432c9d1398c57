import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Schema } from '../../ports/schema.ts'

/** Stands in a query for a value that is given when it runs. */
class Hole {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** A parameter by its name. What a query builder does with a value it does with this one. */
export function hole<T = never>(name: string): T {
  return new Hole(name) as T
}

/** SQLite would prepare a statement anew at each execution for a bare bound limit; PostgreSQL takes `$1 + 0` for short. */
export const bound = (name: string) => sql<number>`cast(${hole(name)} as bigint) + 0`

type Values = Readonly<Record<string, unknown>>

interface Compilable<Row> {
  compile(db: Kysely<Schema>): CompiledQuery<Row>
}

/** Shapes of one kind are few; a mistake in a name must not let them grow. */
const MOST_SHAPES = 500

/**
 * Runs queries that are built once for each shape they can have: building and writing one out costs more than most of
 * them take to run.
 */
export function createShapes(db: Kysely<Schema>): Shapes {
  const known = new Map<string, CompiledQuery<unknown>>()

  function filled<Row>(shape: string, build: () => Compilable<Row>, values: Values): CompiledQuery<Row> {
    let compiled = known.get(shape)
    if (compiled === undefined) {
      compiled = build().compile(db)
      if (known.size >= MOST_SHAPES) known.clear()
      known.set(shape, compiled)
    }
    const parameters = compiled.parameters.map((value) => (value instanceof Hole ? values[value.name] : value))
    return { ...compiled, parameters } as CompiledQuery<Row>
  }

  return {
    filled,
    run: async (shape, build, values) => (await db.executeQuery(filled(shape, build, values))).rows,
  }
}

export interface Shapes {
  /** The query of a shape with its values. */
  filled<Row>(shape: string, build: () => Compilable<Row>, values: Values): CompiledQuery<Row>
  run: RunShape
}

export type RunShape = <Row>(shape: string, build: () => Compilable<Row>, values: Values) => Promise<Row[]>
