import { perVersion } from '#coordination/per-version'
import { compileInTurns } from './compile.ts'
import { keptDefinition } from './kept-definition.ts'
import { parseTemplate, soleExpression } from '../mapping/template.ts'
import { TemplateError } from '../mapping/tokens.ts'

/** The names of the secrets that a published version reads, as its parser finds them: there are many spellings of one reading. */
export const secretsOfVersion = perVersion(async ({ definition }): Promise<ReadonlySet<string>> => {
  const kept = keptDefinition(definition)
  if (kept === undefined) return new Set()
  const compiled = await compileInTurns(kept, 'away', { kept: true })
  return new Set(compiled.ok ? compiled.flow.secrets.keys() : [])
})

/** The name of the secret that a text of a definition consists of; undefined if it is anything else. */
export function soleSecret(text: string): string | undefined {
  try {
    const path = soleExpression(parseTemplate(text, { stepIds: new Set(), secretsAllowed: true }))?.path
    return path?.[0] === 'secrets' ? String(path[1]) : undefined
  } catch (error) {
    if (error instanceof TemplateError) return undefined
    throw error
  }
}
