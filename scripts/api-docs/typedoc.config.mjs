// TypeDoc's settings: every exported name must have a docstring.
import { Converter, OptionDefaults, ReflectionKind } from 'typedoc'

const ofLit = ['styles', 'connectedCallback', 'disconnectedCallback']

/** Removes the members that an element inherits from Lit and overrides: users of the element do not call them. */
function withoutLit(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.ClassMember)) {
      if (ofLit.includes(reflection.name)) project.removeReflection(reflection)
    }
  })
}

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  name: 'Attenscope',
  entryPoints: ['../../web/lib/index.ts', '../../web/elements/index.ts', '../../web/anywidget/index.ts'],
  tsconfig: '../../tsconfig.build.json',
  out: '../../build/docs/api',
  readme: 'none',
  // Tags for an element's events, CSS parts and custom properties.
  blockTags: [...OptionDefaults.blockTags, '@fires', '@slot', '@csspart', '@cssprop'],
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  disableSources: true,
  requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias', 'Method', 'Accessor'],
  plugin: [withoutLit],
  // Tables whose names are types, and the parts of the elements' texts, which no caller names.
  intentionallyNotExported: [
    ...['MEASURES', 'QueryByKeyStage', 'MADE_FOR', 'Outside'],
    ...['english', 'Part', 'Set', 'Walk']
  ],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  treatWarningsAsErrors: true
}
