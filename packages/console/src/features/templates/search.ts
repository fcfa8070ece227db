import { chosen, textOf } from '../../lib/search.ts'

/** What stands in the address of the templates: the one that is filled in. */
export function templatesSearch(raw: Readonly<Record<string, unknown>>): { readonly template?: string } {
  return chosen({ template: textOf(raw['template']) })
}
