# The WebAssembly module that the npm package loads: attenscope-base.mjs or attenscope-relaxed.mjs, each with its .wasm.
file(GLOB binding_sources CONFIGURE_DEPENDS src/bindings/*.cpp)
add_executable(attenscope_module ${binding_sources})
target_link_libraries(attenscope_module PRIVATE attenscope_core)
# Bindings convert and call; they are most of the module's code and none of its time.
target_compile_options(attenscope_module PRIVATE -Os)

set(module_name $<IF:$<BOOL:${ATTENSCOPE_RELAXED_SIMD}>,attenscope-relaxed,attenscope-base>)
set_target_properties(attenscope_module PROPERTIES OUTPUT_NAME ${module_name} SUFFIX .mjs)

target_link_options(attenscope_module PRIVATE
  -lembind
  --no-entry
  --emit-tsd=attenscope-module.d.ts
  -sMODULARIZE
  -sEXPORT_ES6
  # Node is served by engine.ts, which reads the .wasm itself: a Node branch here would put an import of a Node module
  # before bundlers for pages.
  -sENVIRONMENT=web,worker
  # A page with a strict Content-Security-Policy may not compile code at run time.
  -sDYNAMIC_EXECUTION=0
  -sFILESYSTEM=0
  -sALLOW_MEMORY_GROWTH
  -sMAXIMUM_MEMORY=4GB
  # Running out of memory is an error of one call, not the end of the module.
  -sABORTING_MALLOC=0
  -sSTACK_SIZE=256KB)
