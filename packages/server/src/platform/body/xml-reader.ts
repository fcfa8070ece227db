import { SaxesParser, type SaxesTagPlain } from 'saxes'

/** Elements to values. Without a prototype, because the names are the sender's. */
type Element = Record<string, unknown>

interface Open {
  readonly name: string
  /** Attributes and elements; undefined while there are none. */
  members: Element | undefined
  text: string
}

export interface XmlLimits {
  readonly depthMax: number
  /** Elements and attributes. */
  readonly nodesMax: number
  /** Of one element, which is read at once when its tag ends. */
  readonly attributesMax: number
}

/**
 * Reads XML 1.0 as text comes, and makes the values that the mapping sees: an element is its text, or an object of its attributes (`@id`),
 * its elements, and the text beside them (`#text`); what repeats is a list; names keep their prefixes. Only the five entities that XML
 * itself has are known, so nothing grows and nothing is fetched.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: true })
  readonly #limits: XmlLimits
  readonly #open: Open[] = [{ name: '', members: undefined, text: '' }]
  #nodes = 0
  #attributes = 0
  /** A sentence; undefined as long as there is none. */
  fault: string | undefined

  constructor(limits: XmlLimits) {
    this.#limits = limits
    this.#parser.on('error', ({ message }) => this.#fail(`it is not well-formed XML at ${message.replace(/\.$/, '')}`))
    this.#parser.on('attribute', () => this.#countAttribute())
    this.#parser.on('opentag', (tag) => this.#begin(tag))
    this.#parser.on('text', (text) => this.#add(text))
    this.#parser.on('cdata', (text) => this.#add(text))
    this.#parser.on('closetag', () => this.#end())
  }

  /** False: there is a fault. */
  write(text: string): boolean {
    if (this.fault === undefined) this.#parser.write(text)
    return this.fault === undefined
  }

  /** Behind the last text: the root element by its name; undefined if there is a fault. */
  finish(): unknown {
    if (this.fault === undefined) this.#parser.close()
    return this.fault === undefined ? this.#open[0]!.members : undefined
  }

  #fail(fault: string): void {
    this.fault ??= fault
  }

  #countAttribute(): void {
    const { attributesMax } = this.#limits
    if (++this.#attributes > attributesMax) this.#fail(`an element has more than ${attributesMax} attributes`)
  }

  #begin({ name, attributes }: SaxesTagPlain): void {
    this.#attributes = 0
    if (this.fault !== undefined) return
    const pairs = Object.entries(attributes)
    this.#nodes += 1 + pairs.length
    if (this.#nodes > this.#limits.nodesMax) this.#fail(`it has more than ${this.#limits.nodesMax} elements and attributes`)
    if (this.#open.length > this.#limits.depthMax) this.#fail(`it nests deeper than ${this.#limits.depthMax} levels`)
    const one: Open = { name, members: undefined, text: '' }
    for (const [attribute, value] of pairs) put(one, `@${attribute}`, value)
    this.#open.push(one)
  }

  #add(text: string): void {
    this.#open.at(-1)!.text += text
  }

  #end(): void {
    if (this.fault !== undefined) return
    const { name, members, text } = this.#open.pop()!
    if (members !== undefined && text.trim() !== '') members['#text'] = text.trim()
    put(this.#open.at(-1)!, name, members ?? text)
  }
}

function put(into: Open, name: string, value: unknown): void {
  const members = (into.members ??= Object.create(null) as Element)
  const before = members[name]
  if (before === undefined) members[name] = value
  else if (Array.isArray(before)) before.push(value)
  else members[name] = [before, value]
}
