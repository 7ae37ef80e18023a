# The doctest suite, one executable; as WebAssembly it runs in Node.
file(GLOB_RECURSE reference_sources CONFIGURE_DEPENDS src/reference/*.cpp)
add_library(attenscope_reference INTERFACE)
target_sources(attenscope_reference INTERFACE ${reference_sources})
target_link_libraries(attenscope_reference INTERFACE attenscope_eigen)
# The twins are plain loops by intention; without Eigen's own vectorising the tests compile in half the time.
target_compile_definitions(attenscope_reference INTERFACE EIGEN_DONT_VECTORIZE)

file(GLOB test_sources CONFIGURE_DEPENDS wasm-tests/cpp/*_test.cpp)
if(test_sources)
  add_executable(attenscope_tests wasm-tests/cpp/main.cpp wasm-tests/cpp/allocations.cpp ${test_sources})
  target_include_directories(attenscope_tests PRIVATE src wasm-tests/cpp)
  target_link_libraries(attenscope_tests PRIVATE attenscope_core attenscope_reference attenscope_doctest)
  target_compile_definitions(attenscope_tests PRIVATE
    ATTENSCOPE_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
    ATTENSCOPE_EXPECTED_ARCH="${ATTENSCOPE_EXPECTED_ARCH}")
  # More than half of a test's compile time is these headers; main.cpp needs doctest's with its implementation.
  target_precompile_headers(attenscope_tests PRIVATE <doctest/doctest.h> <Eigen/Core> ${CMAKE_CURRENT_SOURCE_DIR}/src/simd/arch.h)
  set_source_files_properties(wasm-tests/cpp/main.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  if(EMSCRIPTEN)
    # .cjs: Emscripten makes a program of it, where .mjs would make a module that somebody has to call.
    set_target_properties(attenscope_tests PROPERTIES SUFFIX .cjs)
    # What optimises a whole module takes longer than the tests run.
    target_link_options(attenscope_tests PRIVATE -O1)
    # The raw file system lets the tests read golden files where they lie.
    target_link_options(attenscope_tests PRIVATE
      -sENVIRONMENT=node
      -sNODERAWFS
      -sALLOW_MEMORY_GROWTH
      -sMAXIMUM_MEMORY=4GB
      -sEXIT_RUNTIME
      -sSTACK_SIZE=1MB)
  endif()
  add_test(NAME attenscope_tests COMMAND attenscope_tests)
  # As in scripts/lib/suites.mjs: allocations too large to be had are tested for.
  set_tests_properties(attenscope_tests PROPERTIES ENVIRONMENT "ASAN_OPTIONS=allocator_may_return_null=1")
endif()
