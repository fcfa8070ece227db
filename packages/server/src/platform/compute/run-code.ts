import variant from '@jitl/quickjs-wasmfile-release-sync'
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSHandle, type QuickJSSyncVariant } from 'quickjs-emscripten-core'
import { codeNames, type ComputeAnswer } from './compute-job.ts'

/**
 * JavaScript in QuickJS inside a child process: an engine of its own, compiled to WebAssembly, that has no host objects at all. What gets
 * out of it is in a process without files, network, environment and secrets, which is killed when it takes too long.
 */
const quickjs = await newQuickJSWASMModuleFromVariant(variant as unknown as QuickJSSyncVariant)

const MEMORY_BYTES_MAX = 48 * 1024 * 1024
const STACK_BYTES_MAX = 192 * 1024
/** Below what makes the pool kill the process: ending the code alone costs no new process. */
const CPU_MS = 200
const MESSAGE_CHARACTERS_MAX = 500

/** `source` is the body of a function whose parameters are the names of the mapping; what it returns is the output. */
const programOf = (source: string): string => `new Function(${codeNames.map((name) => `'${name}'`).join()}, ${JSON.stringify(source)})`

/** A promise counts as what it becomes; nothing in there waits for anything but promises. */
const applied = `
;(function (make, text) {
  const input = JSON.parse(text)
  const end = { state: 'waits' }
  const ended = (state) => (value) => { end.state = state; end.value = value }
  Promise.resolve(make()(${codeNames.map((name) => `input.${name}`).join()})).then(ended('ok'), ended('failed'))
  return () => {
    if (end.state === 'failed') throw end.value
    if (end.state === 'waits') throw new Error('the code waits for a promise that nothing fulfils')
    return JSON.stringify(end.value) ?? 'null'
  }
})`

/** What is wrong with the text; undefined: it can be run. Nothing of it runs. */
export function faultOfCode(source: string): string | undefined {
  return inEngine(
    () => CPU_MS,
    (context) => {
      const made = context.evalCode(programOf(source))
      if (made.error === undefined) {
        made.value.dispose()
        return undefined
      }
      return messageOf(context, made.error, source)
    },
  )
}

export function runCode(source: string, input: string, cpuMs: () => number): ComputeAnswer {
  const began = cpuMs()
  let isLate = false
  const leftMs = (): number => CPU_MS - (cpuMs() - began)
  return inEngine(
    () => {
      const left = leftMs()
      isLate ||= left <= 0
      return left
    },
    (context) => {
      const text = context.newString(input)
      const outer = context.evalCode(`(make, text) => ${applied.trim().slice(1)}(make, text)`)
      const maker = context.evalCode(`() => ${programOf(source)}`)
      const call = context.unwrapResult(outer)
      const make = context.unwrapResult(maker)
      const begun = context.callFunction(call, context.undefined, make, text)
      for (const handle of [text, call, make]) handle.dispose()
      if (begun.error !== undefined) return failed(context, begun.error, { source, isLate })
      const pending = context.runtime.executePendingJobs()
      if (pending.error !== undefined) {
        begun.value.dispose()
        return failed(context, pending.error, { source, isLate })
      }
      const end = context.callFunction(begun.value, context.undefined)
      begun.value.dispose()
      if (end.error !== undefined) return failed(context, end.error, { source, isLate })
      const output = context.getString(end.value)
      end.value.dispose()
      return { ok: true, output }
    },
  )
}

/** In an engine of its own, so that nothing of one application's code is there for the next. */
function inEngine<T>(leftMs: () => number, work: (context: QuickJSContext) => T): T {
  const runtime = quickjs.newRuntime()
  runtime.setMemoryLimit(MEMORY_BYTES_MAX)
  runtime.setMaxStackSize(STACK_BYTES_MAX)
  runtime.setInterruptHandler(() => leftMs() <= 0)
  const context = runtime.newContext()
  try {
    return work(context)
  } finally {
    context.dispose()
    runtime.dispose()
  }
}

function failed(
  context: QuickJSContext,
  error: QuickJSHandle,
  { source, isLate }: { readonly source: string; readonly isLate: boolean },
): ComputeAnswer {
  const message = messageOf(context, error, source)
  if (isLate) return { ok: false, code: 'timeout', message: `The code was stopped after ${CPU_MS} ms.` }
  if (/out of memory|string too long/.test(message))
    return { ok: false, code: 'memory_limit', message: 'The code needed more memory than it may have.' }
  return { ok: false, code: 'code_error', message }
}

function messageOf(context: QuickJSContext, error: QuickJSHandle, source: string): string {
  const dumped: unknown = context.dump(error)
  error.dispose()
  if (typeof dumped !== 'object' || dumped === null) return `The code threw ${String(dumped)}`.slice(0, MESSAGE_CHARACTERS_MAX)
  const { name, message, stack } = dumped as { name?: unknown; message?: unknown; stack?: unknown }
  if (name === undefined && message === undefined) return `The code threw ${JSON.stringify(dumped)}`.slice(0, MESSAGE_CHARACTERS_MAX)
  return `${typeof name === 'string' ? `${name}: ` : ''}${String(message ?? '')}${placeOf(stack, source)}`.slice(0, MESSAGE_CHARACTERS_MAX)
}

/** A function that is made from text has two lines before its body. */
const LINES_BEFORE = 2

function placeOf(stack: unknown, source: string): string {
  const at = typeof stack === 'string' ? /<input>:(\d+)/.exec(stack) : null
  const line = at === null ? 0 : Number(at[1]) - LINES_BEFORE
  // The brace behind the body is not its writer's.
  if (line > source.split('\n').length) return ' (at its end)'
  return line > 0 ? ` (line ${line})` : ''
}
