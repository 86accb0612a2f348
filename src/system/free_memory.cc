#include "system/free_memory.h"

#include <cstddef>

// jemalloc's, where the program is linked with it; its header is not needed to run without.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old_value, std::size_t* old_size, void* new_value,
                                     std::size_t new_size);

namespace loadline {

void ReturnFreeMemory() {
  bool on = true;
  if (mallctl != nullptr) (void)mallctl("background_thread", nullptr, nullptr, &on, sizeof(on));
}

}  // namespace loadline
