/** Types of the elements in React's JSX. The module registers every element. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react'
import type { ElementEvents, ElementProperties } from 'attenscope/elements'

/** Listeners have the event's own name after "on": `onattn-selection`. React 19 or newer calls them. */
type Listeners = { [Name in keyof ElementEvents as `on${Name}`]?: (event: ElementEvents[Name]) => void }

/** A tag's own properties, before those that every HTML element has. */
type Tag<Own> = Own & Listeners & Omit<DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>, keyof Own>

type Tags = { [Name in keyof ElementProperties]: Tag<ElementProperties[Name]> }

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
