# Fetches the header-only libraries as releases, pinned by hash. In the root file system that scripts/lib/rootfs.mjs makes,
# the packages of scripts/toolchain.lock.json are used. Another system's library is used only on request, by
# FETCHCONTENT_TRY_FIND_PACKAGE_MODE=OPT_IN, and only within the range of versions that the tests have passed with.
include(FetchContent)

if(NOT DEFINED FETCHCONTENT_TRY_FIND_PACKAGE_MODE AND NOT DEFINED ENV{ATTENSCOPE_LOCKED_PACKAGES})
  set(FETCHCONTENT_TRY_FIND_PACKAGE_MODE NEVER)
endif()

# attenscope_headers(NAME eigen PACKAGE Eigen3 VERSION 3.4...<5.1 TARGET Eigen3::Eigen HEADER Eigen/Core
#                    ARCHIVE_INCLUDE . URL … SHA256 …)
# makes the interface library attenscope_NAME, from which HEADER can be included.
function(attenscope_headers)
  cmake_parse_arguments(arg "" "NAME;PACKAGE;VERSION;TARGET;HEADER;ARCHIVE_INCLUDE;URL;SHA256" "" ${ARGN})
  FetchContent_Declare(${arg_PACKAGE}
    URL ${arg_URL}
    URL_HASH SHA256=${arg_SHA256}
    DOWNLOAD_EXTRACT_TIMESTAMP OFF
    # Only the headers are wanted: no such folder means that the library's own build is not entered.
    SOURCE_SUBDIR headers-only
    FIND_PACKAGE_ARGS ${arg_VERSION} CONFIG)
  FetchContent_MakeAvailable(${arg_PACKAGE})

  if(TARGET ${arg_TARGET})
    # A package's own version file can be more generous than the range.
    string(REGEX MATCH "^[0-9.]+" oldest ${arg_VERSION})
    string(REGEX MATCH "[0-9.]+$" too_new ${arg_VERSION})
    set(version ${${arg_PACKAGE}_VERSION})
    if(version VERSION_LESS oldest OR NOT version VERSION_LESS too_new)
      message(FATAL_ERROR "${arg_PACKAGE} ${version} of this system is outside the known range ${arg_VERSION}: set "
        "FETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER to fetch the pinned release.")
    endif()
    set(origin "${version} of this system")
    attenscope_include_folder(include_folder ${arg_NAME} ${arg_TARGET} ${arg_HEADER})
  else()
    string(TOLOWER ${arg_PACKAGE} lower)
    set(include_folder ${${lower}_SOURCE_DIR}/${arg_ARCHIVE_INCLUDE})
    set(origin "the pinned release")
  endif()
  message(STATUS "${arg_PACKAGE}: ${origin}, ${include_folder}")
  add_library(attenscope_${arg_NAME} INTERFACE)
  target_include_directories(attenscope_${arg_NAME} SYSTEM INTERFACE ${include_folder})
endfunction()

# The folder from which a found package's header is included. For WebAssembly that is a folder with a link to the
# library alone: a system's /usr/include would put glibc's headers before Emscripten's.
function(attenscope_include_folder result name target header)
  get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
  string(REGEX REPLACE "\\$<[A-Z_]+:([^>]*)>" "\\1" folders "${folders}")
  unset(found)
  foreach(folder IN LISTS folders)
    foreach(candidate ${folder} ${folder}/..)
      if(NOT found AND EXISTS ${candidate}/${header})
        get_filename_component(found ${candidate} ABSOLUTE)
      endif()
    endforeach()
  endforeach()
  if(NOT found)
    message(FATAL_ERROR "${target} was found, but no ${header} in its include folders: ${folders}")
  endif()
  if(EMSCRIPTEN)
    string(REGEX REPLACE "/.*" "" library_folder ${header})
    set(links ${CMAKE_BINARY_DIR}/headers/${name})
    file(MAKE_DIRECTORY ${links})
    file(CREATE_LINK ${found}/${library_folder} ${links}/${library_folder} SYMBOLIC)
    set(found ${links})
  endif()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

attenscope_headers(NAME xsimd PACKAGE xsimd VERSION 14.0...<15 TARGET xsimd HEADER xsimd/xsimd.hpp ARCHIVE_INCLUDE include
  URL https://github.com/xtensor-stack/xsimd/archive/refs/tags/14.2.0.tar.gz
  SHA256 21e841ab684b05331e81e7f782431753a029ef7b7d9d6d3ddab837e7782a40ee)

attenscope_headers(NAME eigen PACKAGE Eigen3 VERSION 3.4...<5.1 TARGET Eigen3::Eigen HEADER Eigen/Core ARCHIVE_INCLUDE .
  URL https://gitlab.com/libeigen/eigen/-/archive/5.0.1/eigen-5.0.1.tar.gz
  SHA256 e9c326dc8c05cd1e044c71f30f1b2e34a6161a3b6ecf445d56b53ff1669e3dec)

if(ATTENSCOPE_TESTS)
  attenscope_headers(NAME doctest PACKAGE doctest VERSION 2.4...<2.6 TARGET doctest::doctest HEADER doctest/doctest.h
    ARCHIVE_INCLUDE .
    URL https://github.com/doctest/doctest/archive/refs/tags/v2.5.3.tar.gz
    SHA256 174ebc4e769928959614789c5b4e9c3d0a0f81a62bb608756b127bfebfb21331)
endif()
