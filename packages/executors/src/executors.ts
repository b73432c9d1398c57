import type { Executor } from './executor.ts'
import { HandlerExecutor } from './handler-executor.ts'
import { HandlerRegistry } from './handler-registry.ts'
import { LocalHost } from './hosts/local/local-host.ts'
import { HttpExecutor } from './http-executor.ts'
import { compileOptions, type ExecutorOptions } from './options.ts'
import { PythonExecutor } from './python-executor.ts'
import { ScriptExecutor } from './script-executor.ts'
import { ShellExecutor } from './shell-executor.ts'

/**
 * The built-in executors by task type. A plug-in adds a type by setting its own {@link Executor} in the map.
 * Throws RotaError `invalid` when an option is unknown or wrong.
 */
export function createExecutors(options: ExecutorOptions = {}): Map<string, Executor> {
  const compiled = compileOptions(options)
  const host = new LocalHost(compiled)
  const executors: Executor[] = [
    new ShellExecutor(host),
    new PythonExecutor(host),
    new ScriptExecutor(host),
    new HttpExecutor(compiled),
    options.handlerExecutor ?? new HandlerExecutor(options.handlers ?? new HandlerRegistry(), compiled),
  ]
  return new Map(executors.map((executor) => [executor.type, executor]))
}
