/** What a framework may set on the elements, for those that type tags by such a list, as JSX does. */
import type { LitElement } from 'lit'

/** The tags that this package brings. */
export type ElementTag = Extract<keyof HTMLElementTagNameMap, `attn-${string}`>

/** An element's own properties: neither methods nor what every element has. */
export type PropertiesOf<Element> = Partial<{
  [
    Name in Exclude<keyof Element, keyof LitElement> as Element[Name] extends (...words: never[]) => unknown
      ? never
      : Name
  ]: Element[Name]
}>

/** Each tag's own properties. */
export type ElementProperties = { [Tag in ElementTag]: PropertiesOf<HTMLElementTagNameMap[Tag]> }
