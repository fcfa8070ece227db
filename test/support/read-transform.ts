import { parseFlowDefinition, walkSteps } from '@posthorn/contract'
import { compileDefinition, type FlowCompilation } from '../../packages/server/src/flows/index.ts'
import { compilationOf, readExpression, type TransformCompilation } from '../../packages/server/src/platform/transform/index.ts'

/** Reads an expression in this process, as the server never does. */
export function readTransform(expression: string, variables: readonly string[] = []): TransformCompilation {
  return compilationOf({ expression, variables }, readExpression(expression, variables))
}

/** Compiles a definition in this process from end to end. */
export function compileHere(input: unknown): FlowCompilation {
  const parsed = parseFlowDefinition(input)
  if (!parsed.ok) return parsed
  const expressions = new Map<string, TransformCompilation>()
  walkSteps(parsed.definition, (step) => {
    if (step.kind === 'transform') expressions.set(step.expression, readTransform(step.expression))
  })
  return compileDefinition(parsed.definition, expressions)
}
