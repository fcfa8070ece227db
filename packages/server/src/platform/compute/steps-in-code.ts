import { STEPS_READ_MAX, type StepRead } from '../transform/steps-read.ts'

/**
 * Comments and texts, so that what stands in them is passed over; `{ name } = steps`, also of one step; and `steps.name` or `steps['name']`,
 * with what is read of it. What is called is a method of every object, not a step.
 */
const token =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\{(?<taken>(?:[^{}]|\{[^{}]*\})*)\}\s*=\s*steps(?:\s*\.\s*(?<from>[A-Za-z_]\w*))?(?![\w$]|\s*[.[(?])|(?<![\w$#]|(?<!\.\.)\.)steps\s*(?:\??\.\s*(?<name>[A-Za-z_]\w*)|(?:\?\.\s*)?\[\s*(?<quote>['"`])(?<quoted>[^'"`\\\n]*)\k<quote>\s*\])(?![\w$]|\s*\()(?:\s*\??\.\s*(?<field>[A-Za-z_]\w*)(?![\w$]|\s*\())?/g

/** A name in braces, and what is taken of it in turn. */
const member = /(?<=^\s*|,\s*)(?<name>[A-Za-z_]\w*)(?![\w$])(?:\s*:\s*\{(?<fields>[^{}]*)\})?/g

/** A `steps` of its own: a variable, one taken out of an object, or a parameter. */
const declared =
  /\b(?:const|let|var|function|class)\s+steps\b|\b(?:const|let|var)\s*\{[^{}]*\bsteps\s*[,}=]|\bsteps\s*(?:,[^()]*)?\)?\s*=>|\b(?:catch|function\b[^(]*)\s*\([^)]*\bsteps\b/

/**
 * The steps that code reads by name, as far as its text alone shows: it may give them other names, or compute which. Where it has a `steps` of
 * its own, none.
 */
export function stepsInCode(source: string): StepRead[] {
  const found = new Map<string, StepRead>()
  if (declared.test(source)) return []
  for (const read of readsIn(source)) {
    const key = JSON.stringify([read.id, read.field])
    if (!found.has(key)) found.set(key, read)
    if (found.size === STEPS_READ_MAX) break
  }
  return [...found.values()]
}

function* readsIn(source: string): Generator<StepRead> {
  for (const { groups = {}, index } of source.matchAll(token)) {
    const { taken, from, name = groups['quoted'], field = null } = groups
    if (name !== undefined) yield { id: name, field, at: index }
    else if (taken !== undefined) yield* takenReads({ taken, from }, index + 1)
  }
}

/** Where a value that stands in for what is missing calls or lists something, names cannot be told from the rest. */
function* takenReads({ taken, from }: { readonly taken: string; readonly from: string | undefined }, at: number): Generator<StepRead> {
  if (/[([/'"`]/.test(taken)) return
  for (const { groups, index } of taken.matchAll(member)) {
    const { name, fields } = groups as { readonly name: string; readonly fields?: string }
    if (from !== undefined) yield { id: from, field: name, at: at + index }
    else if (fields === undefined) yield { id: name, field: null, at: at + index }
    else
      for (const { 1: field } of fields.matchAll(/(?<=^\s*|,\s*)([A-Za-z_]\w*)(?![\w$])/g))
        yield { id: name, field: field!, at: at + index }
  }
}
