// What TypeDoc makes of the docstrings: every exported name has to have one.
import { Converter, OptionDefaults, ReflectionKind } from 'typedoc'

const ofLit = ['styles', 'connectedCallback', 'disconnectedCallback']

/** What an element overrides of Lit's is none of its users' business; its parts and custom properties are. */
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
  // What an element is to a page and its styles.
  blockTags: [...OptionDefaults.blockTags, '@fires', '@csspart', '@cssprop'],
  excludePrivate: true,
  excludeProtected: true,
  excludeExternals: true,
  disableSources: true,
  requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias', 'Method', 'Accessor'],
  plugin: [withoutLit],
  intentionallyNotExported: ['MEASURES'],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  treatWarningsAsErrors: true
}
