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

interface StepKindLook {
  readonly label: string
  readonly icon: LucideIcon
}

const kinds: Readonly<Record<string, StepKindLook>> = {
  webhook: { label: 'Webhook', icon: Webhook },
  webhook_response: { label: 'Webhook Response', icon: CornerDownLeft },
  send_webhook: { label: 'Send Webhook', icon: Send },
  emit_event: { label: 'Emit event', icon: Megaphone },
  transform: { label: 'Transform', icon: Braces },
  set_meta: { label: 'Set meta', icon: Tag },
  validate: { label: 'Validate', icon: FileCheck },
  save_entry: { label: 'Save entry', icon: Database },
  load_entry: { label: 'Load entry', icon: Database },
  code: { label: 'Code', icon: Code },
  branch: { label: 'Branch', icon: Split },
  filter: { label: 'Filter', icon: Filter },
  delay: { label: 'Delay', icon: Clock },
  for_each: { label: 'For each', icon: Repeat },
  stop: { label: 'Stop', icon: CircleStop },
  fail: { label: 'Fail', icon: TriangleAlert },
  http_request: { label: 'HTTP request', icon: Globe },
}

/** How a kind of step is called and drawn. One that this console does not know keeps its own name. */
export function stepKind(kind: string): StepKindLook {
  return kinds[kind] ?? { label: kind.replaceAll('_', ' '), icon: Square }
}
