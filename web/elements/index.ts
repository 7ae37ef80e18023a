/**
 * `import 'attenscope/elements'` registers all attn-* elements. Without a window, as on a server, it registers nothing.
 */
export type * from './define.js'
export type { ColorScale } from './canvas/color-scale.js'
export type { ElementEvents, ElementProperties, ElementTag, PropertiesOf } from './element-properties.js'
export { listEdits, type ListedEdit } from './change/edit-history.js'
export { errorText, type ErrorText } from './parts/error-text.js'
export type { LoadedDetail } from './sources/followed-load.js'
export type { ModelUse } from './controls/fit/made-for.js'
export { pageBudget, setPageBudget, type PageBudget } from './sources/page-budget.js'
export { bytes, percent, significant } from './parts/format.js'
export type { CheckedBy } from './author/check.js'
export type { CopiedView, CopyKind } from './author/figure-copies.js'
export type { Predicted } from './author/predict.js'
export type { SelectionDetail } from './base/group-element.js'
export type { Cell } from './views/heatmap/heatmap.js'
export type { Loadable } from './sources/model-registry.js'
export type { Theme } from './base/ground.js'
export { setWords, type OwnWords } from './words/language.js'
export type { Catalogue } from './words/languages.js'
export { preparePrint } from './base/printing.js'
export {
  Selection,
  SelectionEvent,
  selectionFor,
  type Drawing,
  type Origin,
  type SelectionAspect
} from './base/selection.js'
export { useScale, type ScaleKind } from './base/scale-kind.js'
export type { HeadRef, TokenRef } from './base/refs.js'
export type { Viewable } from './sources/viewable.js'
export type { Stage } from './sources/stage-source.js'
export type { ShownPositionKind } from './views/position/position-data.js'
export type { HeadOrder, Measure } from './views/summary/summary.js'
export type { TunedSource, Tuning } from './sources/tuned-source.js'
