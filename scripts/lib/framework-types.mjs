// Writes attenscope/react and attenscope/vue: entries that register the elements and give their types to a framework.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Both lists of types come from the elements' own classes, so that a new element needs no change here.
const imported = `import type { ElementEvents, ElementProperties } from './elements.js'\n`

const react = `/** Types of the elements in React's JSX. The module registers every element. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react'
${imported}
/** Listeners have the event's own name after "on": \`onattn-selection\`. React 19 or newer calls them. */
type Listeners = { [Name in keyof ElementEvents as \`on\${Name}\`]?: (event: ElementEvents[Name]) => void }

/** A tag's own properties, before those that every HTML element has. */
type Tag<Own> = Own & Listeners & Omit<DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>, keyof Own>

type Tags = { [Name in keyof ElementProperties]: Tag<ElementProperties[Name]> }

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
`

const vue = `/** Types of the elements in Vue's templates. The module registers every element. */
import type { HTMLAttributes } from 'vue'
${imported}
type Camel<Name extends string> = Name extends \`\${infer First}-\${infer Rest}\`
  ? \`\${First}\${Capitalize<Camel<Rest>>}\`
  : Name

/** Listeners as templates write them: \`@attn-selection\`. */
type Listeners = {
  [Name in keyof ElementEvents as \`on\${Capitalize<Camel<Name>>}\`]?: (event: ElementEvents[Name]) => void
}

/** A tag's own properties, before those that every HTML element has. */
type Tag<Own> = new () => { $props: Own & Listeners & Omit<HTMLAttributes, keyof Own> }

type Tags = { [Name in keyof ElementProperties]: Tag<ElementProperties[Name]> }

declare module 'vue' {
  interface GlobalComponents extends Tags {}
}
`

/** The entries by name, with their declarations. */
const entries = { react, vue }

/** The names of the frameworks that have an entry. */
export const frameworkEntries = Object.keys(entries)

/** Writes the entries into the folder, beside elements.js. */
export function writeFrameworkEntries(folder) {
  for (const [name, declarations] of Object.entries(entries)) {
    writeFileSync(join(folder, `${name}.js`), "import './elements.js'\n")
    writeFileSync(join(folder, `${name}.d.ts`), declarations)
  }
}
