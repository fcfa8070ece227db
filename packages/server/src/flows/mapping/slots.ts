import { jsonPointer, nearestName, type DefinitionFault } from '@posthorn/contract'
import type { MappingContext } from './context.ts'
import { compileText, compileValue, parseTemplate, soleExpression, type Template } from './template.ts'
import type { StepRead } from '#platform'
import { placeIn } from '#platform/for-children'
import { faultOfStepName, type KnownNames } from './step-names.ts'
import { TemplateError } from './tokens.ts'
import { compileTree } from './tree.ts'
import { compilePath, compileUrl, type UrlSlot } from './url.ts'
import { holds } from './values.ts'

/**
 * Compiles the fields of one step. A mistake becomes a fault with the field's pointer and the column, and compiling goes on, so
 * that all mistakes of a flow are reported at once; what a faulty field compiles to is never run.
 */
export interface Slots {
  /** `position`: of the character, from 1. */
  fault(path: readonly PropertyKey[], code: string, message: string, position?: number): void
  warn(path: readonly PropertyKey[], code: string, message: string): void
  text(source: string, ...path: PropertyKey[]): (context: MappingContext) => string
  /** Keeps the type of a field that is exactly one `{{ }}`. */
  value(source: string, ...path: PropertyKey[]): (context: MappingContext) => unknown
  /** A JSON tree with templated leaves. */
  json(tree: unknown, ...path: PropertyKey[]): (context: MappingContext) => unknown
  condition(source: boolean | string, ...path: PropertyKey[]): (context: MappingContext) => boolean
  url(source: string, templatedHost: boolean, ...path: PropertyKey[]): UrlSlot
  /** What comes behind the address of a connection. */
  path(source: string, ...path: PropertyKey[]): UrlSlot
  /** What an expression or code reads of other steps, which is a fault where they can have left nothing; a warning if that is not `sure`. */
  stepsRead(reads: readonly StepRead[], from: { readonly text: string; readonly sure: boolean }, ...path: PropertyKey[]): void
  /** Text that may hold secrets. */
  credential(source: string, ...path: PropertyKey[]): CredentialSlot
}

export interface CredentialSlot {
  readonly evaluate: (context: MappingContext) => string
  readonly readsSecrets: boolean
  /** What a record may show: the template itself if a secret is in it. */
  readonly shown: (value: string) => string
  /** The text, if it has no template. */
  readonly literal: string | undefined
}

/** Whether a text says the same in every run, so that what is wrong with it is known when it is saved. */
export function isLiteral(source: unknown): source is string {
  return typeof source === 'string' && !source.includes('{{')
}

export interface SlotsOptions {
  /** Where the step stands in the definition. */
  readonly path: readonly PropertyKey[]
  readonly stepIds: ReadonlySet<string>
  /** Why a step has never run when this one does; undefined: it may have. */
  readonly neverBefore: (id: string) => string | undefined
  readonly faults: DefinitionFault[]
  readonly warnings: DefinitionFault[]
  readonly onSecret: (name: string, pointer: string) => void
  readonly onRead: (read: FieldRead) => void
}

/** A field of a request that a step reads, and where it says so. */
export interface FieldRead {
  /** Begins with `body` or `query`. */
  readonly path: readonly (string | number)[]
  readonly pointer: string
  readonly position: number
}

/** A field as it is said in a sentence: `payload.lines[0].price`. */
const fieldText = ([first, ...path]: readonly PropertyKey[]): string =>
  String(first) + path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')

/** To compare names takes time, and a flow may have thousands that are not there: so many are told what they are probably meant to be. */
const SUGGESTIONS_MAX = 10
const COMPARED_MAX = 100

function credentialSlot(template: Template): CredentialSlot {
  const templated = template.parts.some((part) => typeof part !== 'string')
  return {
    evaluate: compileText(template),
    readsSecrets: template.readsSecrets,
    shown: (value) => (template.readsSecrets ? template.source : value),
    literal: templated ? undefined : template.source,
  }
}

function faultsOfReads(reads: readonly StepRead[], { neverBefore, ...names }: KnownNames & Pick<SlotsOptions, 'neverBefore'>) {
  return reads.flatMap((read) => {
    const why = neverBefore(read.id)
    const fault = faultOfStepName(read, names) ?? (why === undefined ? undefined : { code: 'step_not_before', message: why })
    return fault === undefined ? [] : [{ ...fault, at: read.at }]
  })
}

const nothing: Template = { source: '', parts: [''], readsSecrets: false }

export function createSlots({ path: stepPath, stepIds, neverBefore, faults, warnings, onSecret, onRead }: SlotsOptions): Slots {
  const fault = (path: readonly PropertyKey[], code: string, message: string, position?: number): void =>
    void faults.push({ pointer: jsonPointer([...stepPath, ...path]), code, message, ...(position !== undefined && { position }) })
  const warn = (path: readonly PropertyKey[], code: string, message: string, position?: number): void =>
    void warnings.push({ pointer: jsonPointer([...stepPath, ...path]), code, message, ...(position !== undefined && { position }) })

  function attempt<T>(path: readonly PropertyKey[], code: string, make: () => T, otherwise: T): T {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      fault(path, code, `${error.message} (column ${error.at + 1})`, error.at + 1)
      return otherwise
    }
  }
  const near: KnownNames['near'] = (name, names) =>
    faults.length < SUGGESTIONS_MAX ? nearestName(name, names.slice(0, COMPARED_MAX)) : undefined
  const parse = (source: string, path: readonly PropertyKey[], secretsAllowed: boolean): Template => {
    const onStep = (id: string, at: number): void => {
      const why = neverBefore(id)
      if (why !== undefined) fault(path, 'step_not_before', `${why} (column ${at + 1})`, at + 1)
    }
    const onPath = (read: readonly (string | number)[], at: number): void => {
      const [root, ...below] = read[0] === 'trigger' ? read.slice(1) : read
      if ((root === 'body' || root === 'query') && below.length > 0)
        onRead({ path: [root, ...below], pointer: jsonPointer([...stepPath, ...path]), position: at + 1 })
    }
    const onSecretHere = (name: string): void => onSecret(name, jsonPointer([...stepPath, ...path]))
    const names = { stepIds, secretsAllowed, onSecret: onSecretHere, onStep, onPath, near, field: fieldText(path) }
    return attempt(path, 'template_error', () => parseTemplate(source, names), nothing)
  }

  const address = (source: string, path: readonly PropertyKey[], compile: (template: Template) => UrlSlot): UrlSlot => {
    const template = parse(source, path, false)
    const slot = template === nothing ? undefined : attempt<UrlSlot | undefined>(path, 'invalid_url', () => compile(template), undefined)
    for (const warning of slot?.warnings ?? []) warn(path, 'url_warning', warning)
    return slot ?? { evaluate: () => ({ ok: false, message: '' }), warnings: [] }
  }

  return {
    fault,
    warn,
    text: (source, ...path) => compileText(parse(source, path, false)),
    value: (source, ...path) => compileValue(parse(source, path, false)),
    json(tree, ...path) {
      const leaf = (source: string, below: readonly PropertyKey[]) =>
        source.includes('{{') || source.includes('{%') ? compileValue(parse(source, [...path, ...below], false)) : undefined
      return compileTree(tree, leaf).evaluate
    },
    condition(source, ...path) {
      if (typeof source === 'boolean') return () => source
      const template = parse(source, path, false)
      const sole = soleExpression(template)
      if (sole) return (context) => holds(sole.evaluate(context))
      if (template !== nothing) fault(path, 'invalid_condition', 'A condition is true, false, or exactly one {{ }}.')
      return () => false
    },
    url: (source, templatedHost, ...path) => address(source, path, (template) => compileUrl(template, templatedHost)),
    path: (source, ...path) => address(source, path, compilePath),
    stepsRead(reads, { text, sure }, ...path) {
      const tell = sure ? fault : warn
      for (const { code, message, at } of faultsOfReads(reads, { stepIds, near, neverBefore }))
        tell(path, code, `${message} (${placeIn(text, at)})`, at + 1)
    },
    credential: (source, ...path) => credentialSlot(parse(source, path, true)),
  }
}
