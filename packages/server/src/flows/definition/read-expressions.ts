import { walkSteps, type FlowDefinition } from '@posthorn/contract'
import { AppError } from '#domain'
import type { CompileBusy, TransformCompilation, Transforms } from '#platform'

/** What is known of each expression of a flow, by its text. */
export type Expressions = ReadonlyMap<string, TransformCompilation>

/**
 * Reads every expression elsewhere, for whoever saves or publishes: an expression that nobody could read is not known to be right.
 * Throws `overloaded` if too many wait.
 */
export async function readExpressions(
  definition: FlowDefinition,
  { transforms, owner }: { readonly transforms: Pick<Transforms, 'compile'>; readonly owner: string },
): Promise<Expressions> {
  const read = await compiled(definition, { transforms, owner })
  return new Map(
    read.map(([expression, compilation]) => {
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
    const transform = compilation?.ok === true ? compilation.transform : { expression, inline: undefined }
    return [expression, { ok: true, transform }] as const
  })
  return { expressions: new Map(expressions), busy: read.some(([, compilation]) => compilation?.ok === 'busy') }
}

function compiled(definition: FlowDefinition, { transforms, owner }: { transforms: Pick<Transforms, 'compile'>; owner: string }) {
  return Promise.all(
    expressionsOf(definition).map(async (expression) => [expression, await transforms.compile(expression, { owner })] as const),
  )
}

function expressionsOf(definition: FlowDefinition): string[] {
  const found = new Set<string>()
  walkSteps(definition, (step) => void (step.kind === 'transform' && found.add(step.expression)))
  return [...found]
}
