import type { TemplateListOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

export type Template = TemplateListOut['data'][number]

export const templatesQuery = queryOptions({
  queryKey: ['templates'],
  queryFn: async () => (await api.template.list({ limit: 250 })).data,
  staleTime: Infinity,
})
