import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { endpointIn, flowIn, listenerIn, templateName, templateOut } from '@posthorn/contract'
import { z } from 'zod'

/**
 * A template as data: what is asked for, and the listeners, endpoints and flows that are made of it. In their texts `<name>` is what the
 * pieces are called after, `<deployUrl>` an input and `<secret:github>` the name of a secret. A new one is one more file in `catalogue`.
 */

const { name, label, hint, kind, example } = templateOut.shape.inputs.element.shape
const { from, where } = templateOut.shape.secrets.element.shape

const input = z
  .strictObject({
    ...{ name, label, hint, kind, example },
    /** What a text must be as a whole. */
    pattern: z.string().optional(),
    default: z.string().nullable().default(null),
  })
  .refine((one) => one.kind !== 'text' || one.pattern !== undefined, 'A text says what it may be: it stands in expressions.')

const secret = z.strictObject({
  ...{ name, label, where, from },
  /** Of one that Posthorn makes: a token in a header, or a key that signs. */
  form: z.enum(['token', 'signing']).default('token'),
})

const pieces = z.array(z.record(z.string(), z.unknown()))

const templateData = z.strictObject({
  title: z.string(),
  summary: z.string(),
  inputs: z.array(input),
  secrets: z.array(secret),
  listeners: pieces,
  endpoints: pieces,
  flows: pieces,
  notes: z.array(z.string()),
})

export interface Template extends z.output<typeof templateData> {
  readonly name: string
}
export type TemplateInput = z.output<typeof input>
export type TemplateSecret = z.output<typeof secret>

/** What a template makes, in the order in which it is made: each needs only what stands before it. */
export const pieceKinds = ['listener', 'endpoint', 'flow'] as const
export type PieceKind = (typeof pieceKinds)[number]

export function piecesOf(template: Template): { readonly kind: PieceKind; readonly index: number; readonly written: Written }[] {
  return pieceKinds.flatMap((of) => template[`${of}s`].map((written, index) => ({ kind: of, index, written })))
}
export type Written = Readonly<Record<string, unknown>>

/** How each piece is read when it is filled in: as if a caller had written it. */
export const pieceSchemas = { listener: listenerIn, endpoint: endpointIn, flow: flowIn } as const

/** Reads a file of the catalogue. What cannot be read is a defect of the program, so it throws. */
export function readTemplate(called: string, data: unknown): Template {
  return { name: templateName.parse(called), ...templateData.parse(data) }
}

const CATALOGUE = fileURLToPath(new URL('./catalogue', import.meta.url))

const templates: ReadonlyMap<string, Template> = new Map(
  readdirSync(CATALOGUE)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => readTemplate(basename(file, '.json'), JSON.parse(readFileSync(join(CATALOGUE, file), 'utf8'))))
    .map((template) => [template.name, template]),
)

/** By name, in alphabetical order. */
export function allTemplates(): readonly Template[] {
  return [...templates.values()]
}

export function templateOf(called: string): Template | undefined {
  return templates.get(called)
}
