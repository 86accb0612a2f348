// The files of the page that people look at (web/dist), which are part of the program.
#ifndef LOADLINE_API_PAGE_FILES_H_
#define LOADLINE_API_PAGE_FILES_H_

#include <span>
#include <string_view>

namespace loadline {

struct PageFile {
  std::string_view path;        // "/index.html", "/page/app-5KQ2T7XW.js": what is under /page has its hash in its name
  std::string_view media_type;  // "text/html; charset=utf-8"
  std::string_view hash;        // of what is in it
  std::string_view plain;
  std::string_view zipped;  // the same, by gzip
};

// Defined in a file that the build writes (cmake/page_files.cmake).
std::span<const PageFile> PageFiles();

}  // namespace loadline

#endif  // LOADLINE_API_PAGE_FILES_H_
