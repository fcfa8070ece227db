import { STEPS_READ_MAX, type StepRead } from '../transform/steps-read.ts'

/** Comments and texts, so that what stands in them is passed over, and `steps.name` or `steps['name']`, with what is read of it. */
const token =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<![\w$#]|(?<!\.\.)\.)steps\s*(?:\??\.\s*(?<name>[A-Za-z_]\w*)|(?:\?\.\s*)?\[\s*(?<quote>['"])(?<quoted>[^'"\\\n]*)\k<quote>\s*\])(?:\s*\??\.\s*(?<field>[A-Za-z_]\w*))?/g

const declared = /\b(?:const|let|var|function|class)\s+steps\b/

/**
 * The steps that code reads by name, as far as its text alone shows: it may give them other names, or compute which. Where it has a `steps` of
 * its own, none.
 */
export function stepsInCode(source: string): StepRead[] {
  const found = new Map<string, StepRead>()
  if (declared.test(source)) return []
  for (const { groups = {}, index } of source.matchAll(token)) {
    const id = groups['name'] ?? groups['quoted']
    const field = groups['field'] ?? null
    const key = JSON.stringify([id, field])
    if (id !== undefined && !found.has(key) && found.size < STEPS_READ_MAX) found.set(key, { id, field, at: index })
  }
  return [...found.values()]
}
