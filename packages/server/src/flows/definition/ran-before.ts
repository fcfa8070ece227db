/** Where a step stands in a definition, and in which order. */
export interface StepPlace {
  readonly path: readonly PropertyKey[]
  readonly order: number
}

/**
 * Why a step can never have left anything when another one runs; undefined: it may have. Steps run in the order of the text, but for those
 * of ways that exclude each other, and what the steps of a loop left is seen within the same item alone.
 */
export function whyNeverBefore(id: string, read: StepPlace, reader: StepPlace): string | undefined {
  if (read.order === reader.order) return `the step "${id}" has left nothing yet while it runs itself`
  if (read.order > reader.order)
    return `the step "${id}" stands behind this one, and has not run when this one does: move it before this one`
  const fork = read.path.findIndex((part, depth) => part !== reader.path[depth])
  if (fork < 0) return undefined
  if (areWays(read.path, reader.path, fork)) return `the step "${id}" runs only where this one does not: each stands on a way of its own`
  if (read.path.some((part, depth) => depth >= fork && part === 'steps' && typeof read.path[depth - 1] === 'number'))
    return `the step "${id}" stands in a loop that is over by then: the output of the loop has what became of each item`
  return undefined
}

/** `then` and `else`, or two rows of `next`. */
function areWays(one: readonly PropertyKey[], other: readonly PropertyKey[], fork: number): boolean {
  return one[fork - 1] === 'next' || (one[fork] === 'then' && other[fork] === 'else')
}
