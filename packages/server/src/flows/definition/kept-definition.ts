import { keptFlowDefinition, type FlowDefinition } from '@posthorn/contract'
import { parseExactJson } from '#domain'

/** What was published stays runnable whatever rules a later version has for what is saved. Undefined: it has not the shape of a definition. */
export function keptDefinition(text: string): FlowDefinition | undefined {
  const parsed = keptFlowDefinition.safeParse(parseExactJson(text))
  return parsed.success ? parsed.data : undefined
}
