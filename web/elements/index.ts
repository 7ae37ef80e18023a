/** `import 'attenscope/elements'`: registers the attn-* elements; without a window, as in a server's rendering, it does nothing. */
export type * from './define.js'
export type { ColorScale } from './color-scale.js'
export type { ElementProperties, ElementTag, PropertiesOf } from './element-properties.js'
export { listEdits, type ListedEdit } from './edit-history.js'
export { errorText, type ErrorText } from './error-text.js'
export type { LoadedDetail } from './followed-load.js'
export { bytes, significant } from './format.js'
export type { SelectionDetail } from './group-element.js'
export type { Cell } from './heatmap.js'
export type { Loadable } from './model-registry.js'
export {
  Selection,
  SelectionEvent,
  selectionFor,
  useScale,
  type HeadRef,
  type Origin,
  type ScaleKind,
  type SelectionAspect,
  type TokenRef,
  type Viewable
} from './selection.js'
export type { HeadOrder, Measure } from './summary.js'
export type { TunedSource, Tuning } from './tuned-source.js'

if (typeof customElements !== 'undefined') await import('./define.js')
