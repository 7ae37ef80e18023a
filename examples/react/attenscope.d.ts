import type { ElementProperties } from 'attenscope/elements'
import type { DetailedHTMLProps, HTMLAttributes } from 'react'

type Elements = {
  [Tag in keyof ElementProperties]: ElementProperties[Tag] & DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement>
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
