import type { PosthornError } from '@posthorn/sdk'

/** What the server says of one field, found by its JSON pointer; of a list also what it says of its items. */
export function faultOf(error: PosthornError | undefined, pointer: string): string | undefined {
  return error?.fields.find((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))?.message
}

interface TextOf {
  readonly value: string
  readonly fault: string | undefined
  onText(text: string): void
}

/** What each field of a form that holds texts shows and changes, and what is wrong with it, by its name. */
export function textsOf<Form>(form: Form, fault: PosthornError | undefined, set: (change: Partial<Form>) => void) {
  return (name: { [Name in keyof Form]: Form[Name] extends string ? Name : never }[keyof Form] & string, pointer = `/${name}`): TextOf => ({
    value: form[name] as string,
    fault: faultOf(fault, pointer),
    onText: (text) => set({ [name]: text } as Partial<Form>),
  })
}
