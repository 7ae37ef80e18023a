import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Vue compiles tags that begin with attn- as custom elements, and looks for no component of this name.
const template = { compilerOptions: { isCustomElement: (tag) => tag.startsWith('attn-') } }

export default defineConfig({ plugins: [vue({ template })] })
