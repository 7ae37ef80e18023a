import 'attenscope/react'
