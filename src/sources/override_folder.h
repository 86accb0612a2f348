// Overrides that are set over the API, kept as files of a folder: NAME.yaml.
#ifndef LOADLINE_SOURCES_OVERRIDE_FOLDER_H_
#define LOADLINE_SOURCES_OVERRIDE_FOLDER_H_

#include <memory>
#include <string>

#include "scaling/override_store.h"

namespace loadline {

// A folder that MakePolicyFolder reads, too. A file is there whole, or not at all. What lies there beside, such as what
// is no file or above 64 KiB, is left alone. Of two programs that write one override at once the later one's counts.
std::unique_ptr<OverrideStore> MakeOverrideFolder(std::string folder);

}  // namespace loadline

#endif  // LOADLINE_SOURCES_OVERRIDE_FOLDER_H_
