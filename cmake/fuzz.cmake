# libFuzzer targets, each a program attenscope_NAME_fuzz: what strangers' files and links reach in C++.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_custom_target(attenscope_fuzzers
    COMMAND ${CMAKE_COMMAND} -E echo "libFuzzer comes with clang: build with CXX=clang++ in a fresh build folder."
    COMMAND ${CMAKE_COMMAND} -E false)
  return()
endif()

set(fuzzer_no_link -fsanitize=fuzzer-no-link)
foreach(target attenscope_small attenscope_core)
  target_compile_options(${target} PRIVATE ${fuzzer_no_link})
endforeach()

file(GLOB fuzz_sources CONFIGURE_DEPENDS wasm-tests/fuzz/*_fuzz.cpp)
add_custom_target(attenscope_fuzzers)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  add_executable(attenscope_${name} ${source})
  target_include_directories(attenscope_${name} PRIVATE wasm-tests/fuzz)
  target_link_libraries(attenscope_${name} PRIVATE attenscope_core)
  target_compile_options(attenscope_${name} PRIVATE ${fuzzer_no_link})
  target_link_options(attenscope_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(attenscope_fuzzers attenscope_${name})
endforeach()
