# Writes OUTPUT, a C++ file that holds the files of FOLDER (web/dist), each as it is and gzipped.
# usage: cmake -D FOLDER=... -D OUTPUT=... -D GZIP=... -P page_files.cmake
cmake_minimum_required(VERSION 3.25)

# "0x3c,0x21,..."
function(bytes_of file result)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  set(${result} "${bytes}" PARENT_SCOPE)
endfunction()

function(media_type_of path result)
  cmake_path(GET path EXTENSION LAST_ONLY kind)
  set(.html text/html)
  set(.js text/javascript)
  set(.css text/css)
  set(.txt text/plain)
  if(NOT DEFINED ${kind})
    message(FATAL_ERROR "${path}: cmake/page_files.cmake knows no media type of ${kind}")
  endif()
  set(${result} "${${kind}}; charset=utf-8" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*)
list(SORT files)
set(arrays "")
set(table "")
set(number 0)
foreach(path ${files})
  execute_process(COMMAND ${GZIP} -9nc ${FOLDER}/${path} OUTPUT_FILE ${OUTPUT}.gz COMMAND_ERROR_IS_FATAL ANY)
  bytes_of(${FOLDER}/${path} plain)
  bytes_of(${OUTPUT}.gz zipped)
  media_type_of(${path} media_type)
  file(SHA256 ${FOLDER}/${path} hash)
  string(SUBSTRING ${hash} 0 32 hash)
  string(APPEND arrays "constexpr unsigned char kPlain${number}[] = {${plain}};\nconstexpr unsigned char kZipped${number}[] = {${zipped}};\n")
  string(APPEND table "    {\"/${path}\", \"${media_type}\", \"${hash}\", Text(kPlain${number}), Text(kZipped${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(REMOVE ${OUTPUT}.gz)
file(WRITE ${OUTPUT} "// Made of web/dist by cmake/page_files.cmake.
#include \"api/page_files.h\"

namespace loadline {
namespace {

${arrays}
template <std::size_t size>
std::string_view Text(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char*>(bytes), size};
}

const PageFile kFiles[] = {
${table}};

}  // namespace

std::span<const PageFile> PageFiles() { return kFiles; }

}  // namespace loadline
")
