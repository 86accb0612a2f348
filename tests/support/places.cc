#include "support/places.h"

namespace loadline::testing {

const char* const kSourceDir = LOADLINE_SOURCE_DIR;
const char* const kLoadline = LOADLINE_BINARY;

}  // namespace loadline::testing
