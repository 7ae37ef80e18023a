/** The properties of the elements, as types for frameworks that look tags up in a list, such as JSX. */
import type { LitElement } from 'lit'

/** The tags of this package. */
export type ElementTag = Extract<keyof HTMLElementTagNameMap, `attn-${string}`>

/** An element's own properties: no methods, and no properties that every Lit element has. */
export type PropertiesOf<Element> = Partial<{
  [
    Name in Exclude<keyof Element, keyof LitElement> as Element[Name] extends (...words: never[]) => unknown
      ? never
      : Name
  ]: Element[Name]
}>

/** The properties of each tag. */
export type ElementProperties = { [Tag in ElementTag]: PropertiesOf<HTMLElementTagNameMap[Tag]> }

/** The events of the elements, by name. */
export type ElementEvents = {
  [Name in Extract<keyof HTMLElementEventMap, `attn-${string}`>]: HTMLElementEventMap[Name]
}
