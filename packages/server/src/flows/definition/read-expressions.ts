import { walkSteps, type FlowDefinition, type FlowStep } from '@posthorn/contract'
import { AppError } from '#domain'
import type { CompileBusy, ComputeReading, TransformCompilation, Transforms } from '#platform'

/** What is known of each expression, code and schema of a flow, by its text (`textOf`). */
export type Expressions = ReadonlyMap<string, TransformCompilation>

/**
 * Reads every expression elsewhere, for whoever saves or publishes: an expression that nobody could read is not known to be right.
 * Throws `overloaded` if too many wait.
 */
export async function readExpressions(
  definition: FlowDefinition,
  { transforms, owner }: { readonly transforms: Pick<Transforms, 'compile' | 'read'>; readonly owner: string },
): Promise<Expressions> {
  const [read, others] = await Promise.all([compiled(definition, { transforms, owner }), readOthers(definition, { transforms, owner })])
  return new Map(
    [...read, ...others].map(([expression, compilation]) => {
      if (compilation.ok === 'busy') throw new AppError('overloaded')
      return [expression, compilation]
    }),
  )
}

/** What a flow is run with. */
export interface ExpressionsToRun {
  readonly expressions: Expressions
  /** Nobody could read some of them now: they are read another time. */
  readonly busy: boolean
}

/**
 * For whoever runs what was published; at once if all is known. A step whose expression nobody could read now, or that this version
 * refuses, is evaluated in a child, which says then what is wrong, to that step alone.
 */
export function expressionsToRun(
  definition: FlowDefinition,
  { transforms, owner }: { readonly transforms: Pick<Transforms, 'compile' | 'known'>; readonly owner: string },
): ExpressionsToRun | Promise<ExpressionsToRun> {
  const known = expressionsOf(definition).map((expression) => [expression, transforms.known(expression)] as const)
  if (known.every(([, compilation]) => compilation !== undefined)) return runnable(known)
  return compiled(definition, { transforms, owner }).then(runnable)
}

type Read = readonly (readonly [expression: string, compilation: TransformCompilation | CompileBusy | undefined])[]

function runnable(read: Read): ExpressionsToRun {
  const expressions = read.map(([expression, compilation]) => {
    const transform = compilation?.ok === true ? compilation.transform : { expression, inline: undefined, stepsRead: [] }
    return [expression, { ok: true, transform }] as const
  })
  return { expressions: new Map(expressions), busy: read.some(([, compilation]) => compilation?.ok === 'busy') }
}

function compiled(definition: FlowDefinition, { transforms, owner }: { transforms: Pick<Transforms, 'compile'>; owner: string }) {
  return Promise.all(
    expressionsOf(definition).map(async (expression) => [expression, await transforms.compile(expression, { owner })] as const),
  )
}

/** Code and schemas: they are always run in a child, so all that there is to know is what is wrong with them. */
function readOthers(definition: FlowDefinition, { transforms, owner }: { transforms: Pick<Transforms, 'read'>; owner: string }) {
  const found = new Map<string, ComputeReading>()
  walkSteps(definition, (step) => {
    const reading = readingOf(step)
    if (reading !== undefined) found.set(textOf(reading), reading)
  })
  return Promise.all(
    [...found].map(async ([text, reading]): Promise<readonly [string, TransformCompilation | CompileBusy]> => {
      const read = await transforms.read(reading, owner)
      if (read === 'busy') return [text, { ok: 'busy' }]
      const { fault, stepsRead } = read
      return [
        text,
        fault === null ? { ok: true, transform: { expression: text, inline: undefined, stepsRead } } : { ok: false, message: fault },
      ]
    }),
  )
}

export function readingOf(step: FlowStep): ComputeReading | undefined {
  if (step.kind === 'code') return { kind: 'code', source: step.source }
  return step.kind === 'validate' ? { kind: 'schema', schema: JSON.stringify(step.schema) } : undefined
}

/** Beside expressions, which stand by their own text. */
export const textOf = (reading: ComputeReading): string => JSON.stringify(reading)

function expressionsOf(definition: FlowDefinition): string[] {
  const found = new Set<string>()
  walkSteps(definition, (step) => void (step.kind === 'transform' && found.add(step.expression)))
  return [...found]
}
