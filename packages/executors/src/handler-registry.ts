import { type Json, RotaError, say } from '@rota/core'

/** What a handler may know and do besides its arguments. */
export interface HandlerContext {
  readonly executionId: string
  readonly taskId: string | null
  readonly taskName: string | null
  /** 1 for the first attempt. */
  readonly attempt: number
  /** The due instant, or when the run was asked for; epoch ms. */
  readonly scheduledAt: number
  /** Aborted on cancel and on timeout. A handler that ignores it is given up on after the kill grace. */
  readonly signal: AbortSignal
  /** Adds to the execution's log; newlines separate lines. */
  log(text: string, stream?: 'stdout' | 'stderr'): void
  /** Reports how far the work is. `percent` is clamped to 0–100. */
  progress(percent: number, message?: string): void
}

/** A named function that tasks call. Its return value, awaited, is the execution's result and must be JSON. */
export type HandlerFunction = (args: Json[], kwargs: Record<string, Json>, context: HandlerContext) => unknown

const VALID_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}$/

/** The functions that tasks of type `handler` can call, by unique name. */
export class HandlerRegistry {
  readonly #functions = new Map<string, HandlerFunction>()

  /**
   * Adds a function. Returns a function that removes it again.
   * Throws RotaError `conflict` when the name is taken and `invalid` when it is malformed.
   */
  register(name: string, fn: HandlerFunction): () => void {
    if (!VALID_NAME.test(name)) {
      throw new RotaError(
        'invalid',
        say`Handler name ${JSON.stringify(name)} must be 1 to 200 letters, digits, or any of _ . : / -, and begin with a letter, digit or _.`,
      )
    }
    if (typeof fn !== 'function') throw new RotaError('invalid', say`Handler ${name} is not a function.`)
    if (this.#functions.has(name)) throw new RotaError('conflict', say`There is already a handler ${name}.`)
    this.#functions.set(name, fn)
    return () => {
      if (this.#functions.get(name) === fn) this.#functions.delete(name)
    }
  }

  /** Takes a function out, whoever added it; false when there is none of that name. */
  remove(name: string): boolean {
    return this.#functions.delete(name)
  }

  get(name: string): HandlerFunction | undefined {
    return this.#functions.get(name)
  }

  names(): string[] {
    return [...this.#functions.keys()]
  }
}

/** A registry filled from an object of functions. Throws as {@link HandlerRegistry.register}. */
export function createHandlerRegistry(functions: Record<string, HandlerFunction> = {}): HandlerRegistry {
  const registry = new HandlerRegistry()
  for (const [name, fn] of Object.entries(functions)) registry.register(name, fn)
  return registry
}
