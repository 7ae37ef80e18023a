/** Types of the elements in Vue's templates. The module registers every element. */
import type { HTMLAttributes } from 'vue'
import type { ElementEvents, ElementProperties } from 'attenscope/elements'

type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name

/** Listeners as templates write them: `@attn-selection`. */
type Listeners = {
  [Name in keyof ElementEvents as `on${Capitalize<Camel<Name>>}`]?: (event: ElementEvents[Name]) => void
}

/** A tag's own properties, before those that every HTML element has. */
type Tag<Own> = new () => { $props: Own & Listeners & Omit<HTMLAttributes, keyof Own> }

type Tags = { [Name in keyof ElementProperties]: Tag<ElementProperties[Name]> }

declare module 'vue' {
  interface GlobalComponents extends Tags {}
}
