/** The views of both runs. This code is large, so it is imported while the model runs. */
import '../views/compare/compare.js'

export { effectsSection, searchSection } from './effects-section.js'
