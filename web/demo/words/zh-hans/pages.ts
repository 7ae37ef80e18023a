/** Each page's name, title and first sentence, and the texts of the pages that have few. */
import type { SiteWords } from '../en/index.js'

const FILES = '<code>config.json</code>、<code>tokenizer.json</code>、<code>model.safetensors</code>'

export const pages: SiteWords['pages'] = {
  index: {
    name: '写故事',
    title: 'Attenscope：语言模型中的注意力',
    description: '小型语言模型在你的浏览器里写故事，并显示每一个注意力权重。',
    lede: '一个小型语言模型在这个网页里写故事（英文）。连线显示它关注前面的哪些词。',
    own: { files: `本页需要语言模型：${FILES}。`, back: '使用写故事的模型' }
  },
  translate: {
    name: '翻译',
    title: 'Attenscope：翻译中的注意力',
    description: '小模型在你的浏览器里把英文译成中文，并显示每一个注意力权重。',
    lede: '一个小模型在这个网页里把英文译成中文。连线显示它写每个中文词时关注哪些英文词。',
    own: { files: `本页需要 Marian 形式的翻译模型：${FILES}。`, back: '使用翻译模型' }
  },
  sentiment: {
    name: '情感',
    title: 'Attenscope：分类模型中的注意力',
    description: '小模型在你的浏览器里判断文本是正面还是负面，并显示它关注了哪些词。',
    lede: '一个小模型判断一句英文是正面还是负面。颜色深浅表示它对每个词的关注程度。',
    own: { files: `本页需要同样形式的分类模型：${FILES}。`, back: '使用情感模型' }
  },
  dates: {
    name: '日期',
    title: 'Attenscope：模型怎样读日期',
    description: '小模型在你的浏览器里读各种写法的日期，并显示它关注哪些字符。',
    lede: '一个小模型读各种写法的日期，中英文均可。连线显示它写每个字符时关注哪些字符。',
    own: { files: `本页需要同样形式的模型：${FILES}。`, back: '使用日期模型' }
  },
  change: {
    name: '修改模型',
    title: 'Attenscope：修改模型，观察结果',
    description: '在浏览器里修改运行中的语言模型的任何一个数值，观察输出的变化。',
    lede: '去掉一个[[head]]，或修改运行中的模型里的任何其他数值，立即看到输出的变化。',
    note: '<span id="model-name"></span>。文本不会离开这个网页。'
  },
  heads: {
    name: '重要的头',
    title: 'Attenscope：哪些头重要',
    description: '你的浏览器逐个移除小模型的每个头，显示一次预测依赖哪些头。',
    lede: '这个网页已并入另一个网页。'
  },
  compare: {
    name: '对比',
    title: 'Attenscope：对比两段文本',
    description: '同一个模型在你的浏览器里读两段文本，网页显示注意力的差别。',
    lede: '同一个模型读两段文本。网页显示两者的[[attention]]和差别。',
    note: '文本不会离开这个网页。'
  },
  playground: {
    name: '试验场',
    title: 'Attenscope：注意力试验场',
    description: '输入查询、键和值，或从模型中取得，对比各种形式的注意力。',
    lede: '输入[[query]]、[[key]]和[[value]]，或从模型中取得，对比各种形式的[[attention]]。',
    note: '数字不会离开这个网页。'
  },
  own: {
    name: '你的模型',
    title: 'Attenscope：你自己的模型',
    description: '在浏览器里运行小型 Hugging Face 模型、GGUF 或 llama2.c 文件，查看每一个注意力权重。',
    lede: '在这个网页里运行你自己的或 Hugging Face Hub 上的小模型：模型文件夹、GGUF 文件或 llama2.c 文件。',
    note: '网页不上传任何内容。访问令牌只发送给模型所在的网站，不会保存。'
  },
  'learn/index': {
    name: '学习',
    title: 'Attenscope：什么是注意力',
    description: '一门讲语言模型中注意力的课程。每幅图都是活的：真实的权重，你自己的文字，不需要服务器。',
    lede: '什么是注意力？在这门课里，每一幅图都是活的。'
  },
  'learn/looking-back': {
    name: '回头看',
    title: '回头看：模型怎样找回一个名字',
    description: '隔了五十个词，语言模型怎样找回一个名字：一个注意力头和它真实的权重。',
    lede: '隔了五十个词，模型怎样找回一个名字？'
  },
  'learn/weighted-average': {
    name: '加权平均',
    title: '加权平均：注意的究竟是什么',
    description: '注意的究竟是什么？用学来的查询求加权平均，软的和硬的，就在一个评判句子的模型里。',
    lede: '注意的究竟是什么？'
  },
  licences: {
    name: '许可与致谢',
    title: 'Attenscope：许可与致谢',
    description: '本站模型的训练数据、本站使用的软件，以及两者的许可。',
    lede: '本站模型的训练数据、本站使用的软件，以及两者的许可。'
  },
  gallery: {
    name: '图库',
    title: 'Attenscope：所有元素的所有状态',
    description: 'Attenscope 的所有元素的所有状态，数值是虚构的。',
    lede: '所有元素的所有状态。数值是虚构的，同一节的视图相互关联。'
  },
  embed: {
    name: '嵌入',
    title: 'Attenscope：嵌入网页的注意力图',
    description: '一幅注意力图，可以嵌入你自己的网页。',
    lede: '一幅注意力图，可以嵌入你自己的网页。'
  }
}

export const dates: SiteWords['dates'] = {
  action: '读取',
  placeholder: '一个日期，中文或英文',
  texts: '两段文本',
  path: '路径',
  aboutTexts: '上面是输入的日期，下面是模型写出的年、月、日。连线表示[[attention]]，从写出的字符通向模型关注的字符。',
  aboutPath:
    '一行是一个写出的字符，一列是日期中的一个字符。路径连接各行中最大的[[weight]]。次序改变时路径会跳转，例如从末尾的年份跳到开头的月份。',
  examples: [
    '2008年8月8日',
    '二〇一二年十二月三十一日',
    '1998年11月21日',
    'Tuesday, 3 March 2026',
    'the 21st of Nov, 1998'
  ]
}

export const sentiment: SiteWords['sentiment'] = {
  heading: '文本与模型的判断',
  about:
    '模型从两个方向读文本，再用一个学到的[[query]]给所有词加权求和。词的颜色深浅表示它在这个和中的[[weight]]。权重说明模型关注了哪里，不说明这个词是正面还是负面。'
}

export const heads: SiteWords['heads'] = {
  lead: '寻找重要的头'
}

export const compare: SiteWords['compare'] = {
  first: '第一段文本',
  second: '第二段文本',
  both: '两段文本及其差别',
  model: '模型',
  tries: '例子',
  pairs: { name: '换一种动物', order: '谁给谁', again: '重复的词' },
  about: '只有两段文本在同一[[position]]都有[[token]]时，才能对比[[weight]]。要对比同一模型的两种设置，请用',
  change: '修改模型的网页。'
}
