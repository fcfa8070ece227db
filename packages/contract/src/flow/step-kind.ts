import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation } from '../api/operation.ts'
import { orderedPageQuery, pageOf } from '../api/paging.ts'
import { stepSchemas, type StepKind } from './steps.ts'
import { fieldForms, stepSections, type FieldText, type StepKindText } from './step-kind-text.ts'
import { commonFieldTexts, stepKindTexts } from './step-kind-texts.ts'

const fieldOut = z.object({
  name: z.string(),
  label: z.string(),
  form: z.enum(fieldForms).meta({
    description:
      '`template`: text with {{ }}. `json`: any JSON, with {{ }} in its texts. `condition`: true, false or one {{ }}. `expression`: JSONata. `code`: JavaScript. `plain`: taken as it stands',
  }),
  about: z.string().meta({ description: 'Markdown' }),
  required: z.boolean(),
  otherwise: anyJson.meta({ description: 'What holds if it is left out; null: nothing does' }),
})

/**
 * A kind of step: all that a form for one is made from, by a program that need not know the kind.
 *
 * @example stepKindOut.shape.section.options // ['Built-in Function', 'Notify', 'Data', 'Logic', 'Connect']
 */
export const stepKindOut = z.object({
  kind: z.string(),
  label: z.string(),
  section: z.enum(stepSections),
  about: z.string().meta({ description: 'Markdown, to be read behind "a step that"' }),
  output: z.string().meta({ description: 'Markdown' }),
  fields: z
    .array(fieldOut)
    .meta({ description: 'Its own, in the order in which they are shown; each step has id, name, notes, when and next, too' }),
  lists: z.array(z.string()).meta({ description: 'Fields that hold steps' }),
  schema: anyJson.meta({ description: 'The JSON Schema of a step, without the steps inside it' }),
  example: anyJson,
  sampleBody: z
    .string()
    .nullable()
    .meta({ description: 'What it sends, with values for example, as the text of its JSON; null: nothing, or what its fields say' }),
  more: z.string().nullable().meta({ description: 'Markdown' }),
  docs: z.string().meta({ description: 'Where it stands in the documentation' }),
})
/** A kind of step as it is answered. */
export type StepKindOut = z.output<typeof stepKindOut>

/** Fields of every step, and those that hold steps. */
const NOT_ITS_OWN = ['id', 'kind', 'name', 'notes', 'when', 'next']
const LISTS = ['then', 'else', 'steps']

/**
 * Every kind of step by its name.
 *
 * @example describeStepKinds().find(({ kind }) => kind === 'fail').fields.map(({ name }) => name) // ['code', 'message']
 */
export function describeStepKinds(): Omit<StepKindOut, 'sampleBody'>[] {
  const kinds = Object.keys(stepSchemas) as StepKind[]
  return kinds.toSorted().map((kind) => {
    const { label, section, about, output, fields, example, more = null } = stepKindTexts[kind]
    const schema = schemaOf(kind)
    const required = (schema['required'] ?? []) as readonly string[]
    return {
      ...{ kind, label, section, about, output },
      fields: textsOf(kind, fields).map(([name, { otherwise = null, ...text }]) => ({
        ...{ name, ...text, required: required.includes(name) },
        otherwise: otherwise as StepKindOut['example'],
      })),
      lists: listsOf(kind),
      schema: schema as StepKindOut['schema'],
      example: example as StepKindOut['example'],
      ...{ more, docs: `docs/flows.md#${kind}` },
    }
  })
}

/** As the kind's own table has them, then those that mean the same everywhere. */
function textsOf(kind: StepKind, fields: StepKindText['fields']): [string, FieldText][] {
  const common = ownFields(kind).filter((name) => !Object.hasOwn(fields, name) && Object.hasOwn(commonFieldTexts, name))
  return [...Object.entries(fields), ...common.map((name): [string, FieldText] => [name, commonFieldTexts[name]!])]
}

/**
 * The fields of one kind alone, in the order of its schema.
 *
 * @example ownFields('branch') // ['if']
 */
export function ownFields(kind: StepKind): string[] {
  return Object.keys(stepSchemas[kind].shape).filter((name) => !NOT_ITS_OWN.includes(name) && !LISTS.includes(name))
}

function listsOf(kind: StepKind): string[] {
  return Object.keys(stepSchemas[kind].shape).filter((name) => LISTS.includes(name))
}

/** What it nests is described with definitions of flows; here it would be all of them in each. */
function schemaOf(kind: StepKind): Readonly<Record<string, unknown>> {
  const lists = listsOf(kind)
  const shape = Object.fromEntries(Object.entries(stepSchemas[kind].shape).filter(([name]) => name !== 'next' && !lists.includes(name)))
  const { $schema: _, ...schema } = z.toJSONSchema(z.strictObject(shape), { io: 'input', unrepresentable: 'any' })
  const { properties, ...rest } = schema as Readonly<Record<string, unknown>>
  const list = { type: 'array', items: { type: 'object' } }
  return { ...rest, properties: { ...(properties as object), next: list, ...Object.fromEntries(lists.map((name) => [name, list])) } }
}

const base = '/api/v1/step-kind'
const shared = { noun: 'step-kind', scope: 'any', access: 'read', method: 'GET' } as const

/** The operations on kinds of steps, by what they do. */
export const stepKindOperations = {
  list: operation({
    ...shared,
    id: 'v1.step-kind.list',
    path: base,
    summary: 'List the kinds of steps, with all that a form for one is made from',
    query: orderedPageQuery.extend({ section: z.enum(stepSections).optional().meta({ description: 'Of this section of the palette' }) }),
    answers: { 200: pageOf(stepKindOut) },
  }),
  get: operation({
    ...shared,
    id: 'v1.step-kind.get',
    path: `${base}/{step_kind}`,
    summary: 'Get a kind of step',
    answers: { 200: stepKindOut },
  }),
}
