# The WebAssembly modules that the npm package loads, each an .mjs with its .wasm: the models' (attenscope-base or
# attenscope-relaxed) and the attention library's (attenscope-ops-…). Apart, a page fetches only the one that it uses.
# The models' has a third form, with threads (attenscope-threads).
if(ATTENSCOPE_THREADS)
  set(variant threads)
elseif(ATTENSCOPE_RELAXED_SIMD)
  set(variant relaxed)
else()
  set(variant base)
endif()

function(add_attenscope_module target name sources)
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE attenscope_core)
  # Bindings convert and call; they are much of a module's code and none of its time.
  target_compile_options(${target} PRIVATE -Oz)
  target_precompile_headers(${target} PRIVATE <emscripten/bind.h> ${common_headers})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name}-${variant} SUFFIX .mjs)
  target_link_options(${target} PRIVATE
    -lembind
    --no-entry
    --emit-tsd=${name}-module.d.ts
    -sMODULARIZE
    -sEXPORT_ES6
    # Node is served by wasm-instance.ts, which reads the .wasm itself: a Node branch here would put an import of a Node
    # module before bundlers for pages.
    -sENVIRONMENT=web,worker
    # A page with a strict Content-Security-Policy may not compile code at run time.
    -sDYNAMIC_EXECUTION=0
    -sFILESYSTEM=0
    # The engine allocates few and large blocks: the small allocator serves them as well as the default one.
    -sMALLOC=emmalloc
    -sALLOW_MEMORY_GROWTH
    -sMAXIMUM_MEMORY=4GB
    # Memory grows by what is needed and at most so much more: by a share of itself, as is usual, a load would end with
    # a fifth of it empty.
    -sMEMORY_GROWTH_LINEAR_STEP=1MB
    # Running out of memory is an error of one call, not the end of the module.
    -sABORTING_MALLOC=0
    -sSTACK_SIZE=256KB)
  if(ATTENSCOPE_THREADS)
    target_link_options(${target} PRIVATE
      # Made before the module is ready, because a thread starts only once whoever asked for it comes to rest.
      -sPTHREAD_POOL_SIZE=Module.otherThreads
      -sPTHREAD_POOL_SIZE_STRICT=2
      -sDEFAULT_PTHREAD_STACK_SIZE=256KB
      # Its views of memory are made anew where it grows.
      -Wno-pthreads-mem-growth)
  endif()
endfunction()

file(GLOB model_sources CONFIGURE_DEPENDS src/bindings/*.cpp)
file(GLOB ops_sources CONFIGURE_DEPENDS src/bindings/ops_*.cpp)
list(REMOVE_ITEM model_sources ${ops_sources})
add_attenscope_module(attenscope_module attenscope "${model_sources}")
if(NOT ATTENSCOPE_THREADS)
  add_attenscope_module(attenscope_ops_module attenscope-ops "${ops_sources}")
endif()
