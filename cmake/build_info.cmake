# Writes OUTPUT from build_info.cc.in, before each build. Where nothing changed it leaves the file alone, so that nothing is
# compiled anew. LOADLINE_COMMIT and SOURCE_DATE_EPOCH of the environment stand for what git would say: an image is built
# from sources that may have come without it.
# usage: cmake -D SOURCE=... -D OUTPUT=... -D BUILD=... -P build_info.cmake
cmake_minimum_required(VERSION 3.25)

function(git result)
  execute_process(COMMAND git --no-optional-locks -C ${SOURCE} ${ARGN} OUTPUT_VARIABLE said ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

set(COMMIT "$ENV{LOADLINE_COMMIT}")
if(COMMIT STREQUAL "")
  git(COMMIT describe --always --abbrev=40 --exclude=* --dirty)
endif()
if(COMMIT STREQUAL "")
  set(COMMIT unknown)
endif()

set(seconds "$ENV{SOURCE_DATE_EPOCH}")
if(seconds STREQUAL "")
  git(seconds log -1 --format=%ct)
endif()
set(TIME unknown)
if(NOT seconds STREQUAL "")
  set(ENV{SOURCE_DATE_EPOCH} ${seconds})  # what string(TIMESTAMP) goes by
  string(TIMESTAMP TIME "%Y-%m-%dT%H:%M:%SZ" UTC)
endif()

configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.cc.in ${OUTPUT} @ONLY)
