// Vue compiles tags that begin with attn- as custom elements, and looks for no component of this name.
const template = { compilerOptions: { isCustomElement: (tag) => tag.startsWith('attn-') } }

export default { title: 'Attenscope with VitePress', vue: { template } }
