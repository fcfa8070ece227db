import { type ComponentProps, useRef } from 'react'
import type { Builder } from '../builder.ts'
import { type Mapping, MappingPlace, TemplateEditor } from '../editor/template-editor.tsx'
import { TemplateInput } from '../editor/template-input.ts'
import { readable, useSecretVariables } from '../map/readable.ts'
import { VariableTree } from '../map/variable-tree.tsx'
import type { Variable } from '../map/variables.ts'
import { stepsBefore } from '../model/definition.ts'
import { StepForm } from './step-form.tsx'

/** The fields of a step for who may change it: what they read from data are chips, and what can be read is picked. */
export function SetUp({ builder, ...form }: { readonly builder: Builder } & ComponentProps<typeof StepForm>) {
  const { app, draft, result, records, sample } = builder
  const trigger = { ...result?.trigger, body: result?.trigger.body ?? sample }
  const variables = [
    ...readable([{ trigger, steps: records, meta: result?.meta }], 0, stepsBefore(draft.definition, form.step.id)),
    ...useSecretVariables(app, form.step.kind),
  ]
  const mapping = useRef<Mapping>({ variables, insert: undefined })
  ;(mapping.current as { variables: readonly Variable[] }).variables = variables
  return (
    <>
      <MappingPlace value={mapping.current}>
        <TemplateInput value={TemplateEditor}>
          <StepForm {...form} />
        </TemplateInput>
      </MappingPlace>
      <details className="border-t border-line pt-3">
        <summary className="min-h-6 cursor-pointer font-medium text-text-2">Variables</summary>
        <p className="pt-1 text-xs text-text-3">
          Enter or a click inserts one where you wrote last. In a field, {'{{'} or Ctrl Space opens them too.
        </p>
        <div className="mt-2 flex max-h-96 flex-col rounded-md border border-line">
          <VariableTree variables={variables} of={1} onInsert={(path) => mapping.current.insert?.(path)} />
        </div>
      </details>
    </>
  )
}
