/** What is seen within a model once it has run both ways; much code, which comes while it runs. */
import '../views/compare/compare.js'

export { effectsSection, searchSection } from './effects-section.js'
