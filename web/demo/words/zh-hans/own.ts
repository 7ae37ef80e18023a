/** The texts of the page for the reader's own model, and the question where a model is too large. */
import type { ModelKind } from 'attenscope'
import { byHand } from '../by-hand.js'
import type { SiteWords } from '../en/index.js'

const kinds: Readonly<Partial<Record<ModelKind, string>>> = {
  decoder: '续写文本',
  'encoder-decoder': '由一段文本写出另一段',
  classifier: '给文本分类',
  encoder: '阅读文本'
}

export const room: SiteWords['room'] = {
  loadAllTheSame: '仍然加载',
  tooLarge: (size, room) =>
    `模型需要 ${size} 内存，而这台设备上的一个网页大约只能用 ${room}。浏览器可能会关闭网页。请在这里或在设置中选择更小的权重格式，或换一个更小的模型。`
}

export const own: SiteWords['own'] = {
  which: '选择模型',
  name: '模型',
  namePlaceholder: 'gpt2、org/name，或一个网址',
  token: '访问令牌（如果需要）',
  look: '检查',
  stranger: {
    hub: (origin) => `打开本页的链接指定了另一个模型站点：${origin}。模型将从那里获取。`,
    confirm: (origin) =>
      `打开本页的链接指定了 ${origin}。目前还没有向它发送任何内容。继续后，该服务器会知道模型的名称；如果您填写了访问令牌，也会收到令牌。`,
    ask: (origin) => `向 ${origin} 请求`
  },
  choose: '选择模型文件…',
  orDrop: byHand('或把模型文件夹拖到网页上。', ''),
  try: '本站的模型：',
  tries: { stories: '写故事', translate: '翻译', sentiment: '情感' },
  looking: '正在读取模型的说明…',
  load: '加载模型',
  cancel: '取消',
  other: '选择其他模型',
  noTokenizer: '缺失：这个模型只接受词元编号，本页没有这样的输入框',
  facts: {
    model: '模型',
    does: '类型',
    shape: '形状',
    parameters: '参数',
    download: '需下载',
    tokenizer: '分词器',
    held: '权重'
  },
  family: (family, kind) => `${family}，${kinds[kind] ?? kind}`,
  shape: (L, N, C) => `${L} 层，每层 ${N} 个头，宽度 ${C}`,
  forms: { f32: 'float32', f16: 'float16', int8: '8 位' },
  loading: (file, loaded, total) => `${file}：${loaded}${total ? ` / ${total}` : ''}`,
  loaded: (name, bytes) => `${name} 占用内存 ${bytes}。`,
  cancelled: '已取消加载，没有程序在运行。已下载的部分会保留。'
}
