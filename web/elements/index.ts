/** `import 'attenscope/elements'`: registers the attn-* elements; without a window, as in a server's rendering, it does nothing. */
export type * from './define.js'
export type { ElementProperties, ElementTag } from './element-properties.js'
export { listEdits, type ListedEdit } from './edit-history.js'
export { errorText, type ErrorText } from './error-text.js'
export { bytes } from './format.js'
export type { SelectionDetail } from './group-element.js'
export { Selection, SelectionEvent, selectionFor, type HeadRef, type ScaleKind, type TokenRef } from './selection.js'

if (typeof customElements !== 'undefined') await import('./define.js')
