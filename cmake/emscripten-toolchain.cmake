# Hands over to the toolchain file of the Emscripten that is on the PATH, wherever that is installed.
if(NOT DEFINED ENV{ATTENSCOPE_EMSCRIPTEN_ROOT})
  execute_process(COMMAND em-config EMSCRIPTEN_ROOT
    OUTPUT_VARIABLE emscripten_root OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  # CMake reads this file again for each of its checks, in processes of their own.
  set(ENV{ATTENSCOPE_EMSCRIPTEN_ROOT} ${emscripten_root})
endif()

# Header-only packages of the machine serve WebAssembly too.
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
include($ENV{ATTENSCOPE_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake)
