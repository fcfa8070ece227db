/**
 * How a field is written: `template` is text with `{{ }}`, `json` any JSON with `{{ }}` in its texts, `condition` true, false or exactly one
 * `{{ }}`, `expression` JSONata, `code` JavaScript, `plain` a value that is taken as it stands.
 *
 * @example fieldForms.includes('condition') // true
 */
export const fieldForms = ['template', 'json', 'condition', 'expression', 'code', 'plain'] as const

/**
 * The groups in which steps are shown.
 *
 * @example stepSections[1] // 'Notify'
 */
export const stepSections = ['Built-in Function', 'Notify', 'Data', 'Logic', 'Connect'] as const

/** A field of a step, for people. */
export interface FieldText {
  readonly label: string
  readonly form: (typeof fieldForms)[number]
  readonly about: string
  /** What holds if it is left out; absent: nothing does, or it must be given. */
  readonly otherwise?: unknown
}

/** A kind of step, for people. */
export interface StepKindText {
  readonly label: string
  readonly section: (typeof stepSections)[number]
  /** One line, after "a step that": what it does. */
  readonly about: string
  readonly output: string
  /** In the order in which they are shown. Lists of steps are none of them. */
  readonly fields: Readonly<Record<string, FieldText>>
  readonly example: Readonly<Record<string, unknown>>
  /** What else is to be known, in Markdown; links begin at docs/flows.md. */
  readonly more?: string
}
