import {
  Braces,
  CircleStop,
  Clock,
  Code,
  CornerDownLeft,
  Database,
  FileCheck,
  Filter,
  Globe,
  type LucideIcon,
  Megaphone,
  Repeat,
  Send,
  Split,
  Square,
  Tag,
  TriangleAlert,
  Webhook,
} from 'lucide-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api } from '../../lib/api.ts'

/** What the server says of each kind of step; it does not change while it runs. */
export const stepKindsQuery = queryOptions({
  queryKey: ['step kinds'],
  queryFn: async () => (await api.stepKind.list({ limit: 250 })).data,
  staleTime: Infinity,
})

const icons: Readonly<Record<string, LucideIcon>> = {
  webhook: Webhook,
  webhook_response: CornerDownLeft,
  send_webhook: Send,
  emit_event: Megaphone,
  transform: Braces,
  set_meta: Tag,
  validate: FileCheck,
  save_entry: Database,
  load_entry: Database,
  code: Code,
  branch: Split,
  filter: Filter,
  delay: Clock,
  for_each: Repeat,
  stop: CircleStop,
  fail: TriangleAlert,
  http_request: Globe,
}

export function stepIcon(kind: string): LucideIcon {
  return icons[kind] ?? Square
}

/** What kinds of steps are called: asked for once, for views of many steps. */
export function useStepKinds(): (kind: string) => string {
  const kinds = useQuery(stepKindsQuery).data
  return useMemo(() => {
    const labels = new Map(kinds?.map(({ kind, label }) => [kind as string, label]))
    return (kind: string) => labels.get(kind) ?? kind.replaceAll('_', ' ')
  }, [kinds])
}

/** How a kind of step is called and drawn. Until the server has said so, or where it knows none such, it keeps its own name. */
export function useStepKind(kind: string): { readonly label: string; readonly icon: LucideIcon } {
  const known = useQuery(stepKindsQuery).data?.find((one) => one.kind === kind)
  return { label: known?.label ?? kind.replaceAll('_', ' '), icon: stepIcon(kind) }
}
