// Files, whole: read with a limit, written so that a reader or a crash sees the old content or the new, never a part.
#ifndef LOADLINE_SYSTEM_FILES_H_
#define LOADLINE_SYSTEM_FILES_H_

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace loadline {

// The file's content. Fails with kNotFound, kPermissionDenied, kResourceExhausted (more than `most_bytes`),
// kInvalidArgument (a folder) or kUnavailable; the message names the file.
Result<std::string> ReadFile(const std::filesystem::path& file, std::size_t most_bytes);

// Writes beside `file`, syncs and renames. Fails with kUnavailable or kPermissionDenied; then `file` is as before.
Status WriteFile(const std::filesystem::path& file, std::string_view content);
// The same where several programs write it at once: `beside`, in the same folder, is this one's alone.
Status WriteFile(const std::filesystem::path& file, std::string_view content, const std::filesystem::path& beside);

}  // namespace loadline

#endif  // LOADLINE_SYSTEM_FILES_H_
