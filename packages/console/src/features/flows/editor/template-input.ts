import { createContext, type FunctionComponent, type ReactNode } from 'react'

/** `line` and `text` hold text with `{{ }}`; `json` holds JSON whose texts may; `expression` is JSONata. */
export type TemplateShape = 'line' | 'text' | 'json' | 'expression'

export interface TemplateInputProps {
  readonly label: string
  readonly optional?: boolean
  readonly hint?: ReactNode
  readonly fault?: ReactNode | undefined
  readonly placeholder?: string | undefined
  /** Its name is in the text beside it already. */
  readonly bare?: boolean
  readonly shape: TemplateShape
  readonly value: string
  onText(text: string): void
}

/** What templated fields are edited with where there is room for it; plain inputs where there is none. */
export const TemplateInput = createContext<FunctionComponent<TemplateInputProps> | undefined>(undefined)
